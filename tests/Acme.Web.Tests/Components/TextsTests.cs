using System.Text.RegularExpressions;
using System.Xml.Linq;
using Acme.Web.Tests.Browser;

namespace Acme.Web.Tests.Components;

/// <summary>Every text that pages show can be translated.</summary>
public sealed partial class TextsTests
{
    [Fact]
    public void Every_text_of_a_page_is_in_the_resources_and_no_other()
    {
        var web = Path.Combine(Repository.Root, "Acme.Web");
        var used = Directory.EnumerateFiles(web, "*.*", SearchOption.AllDirectories).Where(f => f.EndsWith(".razor", StringComparison.Ordinal) || f.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(f => TextPattern().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value.Replace("\\\"", "\"", StringComparison.Ordinal)))
            .ToHashSet();
        var known = XDocument.Load(Path.Combine(web, "Resources", "Texts.resx")).Root!.Elements("data").Select(d => d.Attribute("name")!.Value).ToHashSet();
        Assert.Empty(used.Except(known));
        Assert.Empty(known.Except(used));
    }

    [GeneratedRegex("""(?:\bL|\btexts)\[\s*"((?:[^"\\]|\\.)*)"\s*[\],]""")]
    private static partial Regex TextPattern();
}
