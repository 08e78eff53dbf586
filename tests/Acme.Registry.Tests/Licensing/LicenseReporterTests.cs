using Acme.Registry.Artifacts;
using Acme.Registry.Licensing;
using Acme.Registry.Lineage;
using Acme.Registry.Tests.Scoring;

namespace Acme.Registry.Tests.Licensing;

public sealed class LicenseReporterTests
{
    private readonly Registered _registered = new();

    private async Task<LicenseReport> ReportAsync(Artifact model, LicensedWork? code = null) => await new LicenseReporter(new LineageService(_registered.Catalog), _registered.Catalog)
        .ReportAsync(model, (await _registered.RateAsync(model)).Facts, code);

    [Fact]
    public async Task Everything_that_fits_together_is_told_pair_by_pair()
    {
        _registered.Hosts.Add(Linked.Repository());
        _registered.Hosts.Add(Linked.Dataset());
        await _registered.PublishModelAsync("acme/base", "---\nlicense: apache-2.0\n---\n");
        var model = await _registered.PublishModelAsync("acme/model", "---\nlicense: mit\nbase_model: acme/base\ndatasets: acme/reviews\n---\nhttps://github.com/acme/train");

        var report = await ReportAsync(model);

        Assert.True(report.IsCompatible);
        Assert.Equal(
            ["model acme/model MIT", "base_model acme/base Apache-2.0", "dataset acme/reviews cc-by-4.0", "code https://github.com/acme/train Apache-2.0"],
            report.Works.Select(w => $"{w.Role} {w.Name} {w.License}"));
        Assert.Equal(
            ["acme/model-acme/model", "acme/model-acme/base", "acme/model-acme/reviews", "acme/model-https://github.com/acme/train", "acme/base-https://github.com/acme/train"],
            report.Pairs.Select(p => $"{p.First.Name}-{p.Second.Name}"));
    }

    [Fact]
    public async Task The_conflicting_edge_comes_first_with_its_reason()
    {
        await _registered.PublishModelAsync("acme/base", "---\nlicense: cc-by-nc-4.0\n---\n");
        var model = await _registered.PublishModelAsync("acme/model", "---\nlicense: mit\nbase_model: acme/base\n---\n");

        var report = await ReportAsync(model);

        Assert.False(report.IsCompatible);
        var conflict = Assert.Single(report.Pairs, p => !p.Answer.IsCompatible);
        Assert.Same(conflict, report.Pairs[0]);
        Assert.Equal(("acme/base", "base_model"), (conflict.Second.Name, conflict.Relation));
        Assert.Contains("CC-BY-NC-4.0 forbids commercial use", conflict.Answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_no_known_licence_does_not_fit_and_is_named()
    {
        var model = await _registered.PublishModelAsync("acme/model", "---\nlicense: mit\nbase_model: acme/elsewhere\n---\n");

        var report = await ReportAsync(model, new("code", "https://github.com/acme/code", null));

        Assert.Contains(report.Pairs, p => p.Answer is { IsCompatible: false } && p.Answer.Reason.Contains("base model 'acme/elsewhere' has no licence", StringComparison.Ordinal));
        Assert.Contains(report.Pairs, p => p.Answer is { IsCompatible: false } && p.Answer.Reason.Contains("code 'https://github.com/acme/code' has no licence", StringComparison.Ordinal));
        Assert.True(report.Pairs[^1].Answer.IsCompatible);
    }

    [Fact]
    public async Task A_licence_that_forbids_changes_conflicts_with_fine_tuning_itself()
    {
        var model = await _registered.PublishModelAsync("acme/model", "---\nlicense: cc-by-nd-4.0\n---\n");

        var pair = Assert.Single((await ReportAsync(model)).Pairs);

        Assert.Equal(("itself", false), (pair.Relation, pair.Answer.IsCompatible));
    }
}
