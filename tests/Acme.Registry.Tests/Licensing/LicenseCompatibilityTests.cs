using Acme.Registry.Licensing;

namespace Acme.Registry.Tests.Licensing;

public sealed class LicenseCompatibilityTests
{
    [Theory]
    [InlineData("mit", "Apache-2.0", true)]
    [InlineData("apache-2.0", "LGPL-2.1-only", true)]
    [InlineData("apache-2.0", "GPL-2.0-only", false)]
    [InlineData("apache-2.0", "GPL-3.0-only", true)]
    [InlineData("apache-2.0", "GPL-2.0-or-later", true)]
    [InlineData("GPL-2.0-only", "GPL-3.0-only", false)]
    [InlineData("GPL-2.0-only", "LGPL-2.1-only", true)]
    [InlineData("GPL-2.0-only", "LGPL-3.0-only", false)]
    [InlineData("GPL-3.0-only", "AGPL-3.0-only", true)]
    [InlineData("GPL-2.0-only", "AGPL-3.0-only", false)]
    [InlineData("openrail", "MIT", true)]
    [InlineData("openrail", "LGPL-2.1-only", true)]
    [InlineData("openrail", "GPL-3.0-only", false)]
    [InlineData("cc-by-nc-4.0", "MIT", false)]
    [InlineData("MIT", "CC-BY-NC-4.0", false)]
    [InlineData("cc-by-nd-4.0", "MIT", false)]
    [InlineData("cc-by-sa-4.0", "GPL-3.0-only", true)]
    [InlineData("cc-by-sa-4.0", "GPL-2.0-only", false)]
    [InlineData("GPL-3.0-only OR MIT", "GPL-2.0-only", true)]
    [InlineData("MIT AND Apache-2.0", "GPL-2.0-only", false)]
    [InlineData("MIT", "GPL-2.0-only AND Apache-2.0", false)]
    [InlineData("other", "MIT", false)]
    [InlineData("unknown", "MIT", false)]
    [InlineData(null, "MIT", false)]
    [InlineData("MIT", null, false)]
    [InlineData("MIT", "", false)]
    [InlineData("MIT", "not a licence!", false)]
    [InlineData("lgpl", "MIT", false)]
    public void Model_and_code_fit_or_not(string? model, string? code, bool expected)
    {
        var answer = LicenseCompatibility.Check(model, code);

        Assert.Equal(expected, answer.IsCompatible);
        Assert.EndsWith(".", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_of_the_two_does_not_matter_and_every_licence_that_allows_anything_fits_itself()
    {
        foreach (var a in KnownLicense.All)
        {
            Assert.Equal(a.Terms != OutboundTerms.None, LicenseCompatibility.Check(a.Id, a.Id).IsCompatible);
            foreach (var b in KnownLicense.All)
            {
                Assert.Equal(LicenseCompatibility.Check(a.Id, b.Id).IsCompatible, LicenseCompatibility.Check(b.Id, a.Id).IsCompatible);
            }
        }
    }

    [Fact]
    public void The_documented_matrix_is_the_one_that_is_checked()
    {
        string[] shown = ["MIT", "Apache-2.0", "LGPL-2.1-only", "LGPL-3.0-only", "GPL-2.0-only", "GPL-3.0-only", "AGPL-3.0-only", "LicenseRef-openrail", "CC-BY-NC-4.0"];
        var lines = new List<string> { $"| | {string.Join(" | ", shown)} |" };
        lines.AddRange(shown.Select(m => $"| {m} | {string.Join(" | ", shown.Select(c => LicenseCompatibility.Check(m, c).IsCompatible ? "yes" : "no"))} |"));

        var document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "licensing.md"));

        Assert.All(lines, line => Assert.Contains(line, document, StringComparison.Ordinal));
        Assert.All(KnownLicense.All, l => Assert.Contains($"`{l.Id}`", document, StringComparison.Ordinal));
    }
}
