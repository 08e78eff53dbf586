using Acme.Registry.Licensing;
using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring.License;

/// <summary>How clear and permissive is the licence, and does it fit with LGPL-2.1.</summary>
public sealed class LicenseMetric : IMetric
{
    private const string Reference = "LGPL-2.1-only";

    /// <inheritdoc/>
    public string Name => "license";

    /// <inheritdoc/>
    public IReadOnlyList<string> Probes { get; } = ["license_identified", "license_permissive", "license_lgpl21_compatible", "license_sources_agree"];

    /// <summary>
    /// (0.3 clarity + 0.3 permissiveness + 0.4 compatibility), halved where the sources contradict each other; 0 where no licence
    /// could be told.
    /// </summary>
    public MetricScore Evaluate(MetricFindings findings)
    {
        var identified = findings["license_identified"];
        if (identified.Outcome != Outcome.True) return 0;
        var permissive = findings["license_permissive"];
        var sum = 0.3 * (identified.Amount ?? 1)
            + 0.3 * (permissive.Outcome == Outcome.True ? permissive.Amount ?? 1 : 0)
            + (findings.IsTrue("license_lgpl21_compatible") ? 0.4 : 0);
        return findings["license_sources_agree"].Outcome == Outcome.False ? sum / 2 : sum;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Ask(RatedModel model)
    {
        var sources = LicenseSources.Of(model.Facts, model.Card);
        return [Identified(model, sources), Permissive(sources), Compatible(sources), Agree(model, sources)];
    }

    /// <summary>Amount: 1 where the metadata, the hub or a licence text says it, which machines can read; 0.6 where only prose does.</summary>
    private static Finding Identified(RatedModel model, LicenseSources sources)
    {
        const string probe = "license_identified";
        if (sources.Identified is { } license)
        {
            var clear = sources.Field is not null || sources.Texts.Count > 0 || sources.Hub is not null;
            return Finding.True(probe, $"The licence is {license}{(clear ? "" : ", as the card's prose names it")}.", clear ? 1 : 0.6, Told(model, sources));
        }
        var field = string.Join(", ", model.FrontMatter.License);
        var unread = model.Facts.LicenseFiles.Select(f => new Evidence(f.Path)).ToList();
        return Finding.False(
            probe,
            field.Length > 0 ? $"The licence key '{field}' names no licence, and no text was recognised." : unread.Count > 0 ? "The licence text is none that the registry knows." : "No licence is named.",
            "Set license in the front matter of the card to an SPDX identifier, and add the text as LICENSE.",
            unread);
    }

    /// <summary>Amount: how much freedom the licence leaves, 0..1; the least of those that are told.</summary>
    private static Finding Permissive(LicenseSources sources)
    {
        const string probe = "license_permissive";
        if (sources.Told.Count == 0) return Finding.NotLearnt(probe, "No licence was identified.", "Name a licence.");
        if (!sources.Told.All(e => e.Satisfies(IsKnown))) return Finding.NotLearnt(probe, "The terms of the licence are not known to the registry.", "Use a licence with an SPDX identifier.");
        var freedom = sources.Told.Min(e => e.Best(l => KnownLicense.Find(l.Id) is { } known ? Freedom(known.Family) : 0));
        return freedom > 0
            ? Finding.True(probe, $"The licence leaves {(freedom < 1 ? "some" : "full")} freedom.", freedom, [.. sources.Told.Select(e => new Evidence(Value: e.ToString()))])
            : Finding.False(probe, "The licence leaves no freedom to change and pass on.", "Use a permissive licence.");
    }

    private static bool IsKnown(SpdxExpression.License license) => KnownLicense.Find(license.Id) is not null;

    private static double Freedom(LicenseFamily family) => family switch
    {
        LicenseFamily.Permissive => 1,
        LicenseFamily.WeakCopyleft => 0.75,
        LicenseFamily.UseRestricted => 0.5,
        LicenseFamily.StrongCopyleft => 0.4,
        LicenseFamily.NonCommercial => 0.1,
        _ => 0,
    };

    private static Finding Compatible(LicenseSources sources)
    {
        const string probe = "license_lgpl21_compatible";
        if (sources.Told.Count == 0) return Finding.NotLearnt(probe, "No licence was identified.", "Name a licence.");
        var answers = sources.Told.Select(e => LicenseCompatibility.Check(e.ToString(), Reference)).ToList();
        return answers.FirstOrDefault(a => !a.IsCompatible) is { } conflict
            ? Finding.False(probe, conflict.Reason, $"Use a licence that fits with {Reference}.")
            : Finding.True(probe, answers[0].Reason);
    }

    private static Finding Agree(RatedModel model, LicenseSources sources)
    {
        const string probe = "license_sources_agree";
        if (sources.Told.Count < 2) return Finding.NotApplicable(probe, "At most one place tells the licence.");
        // Texts do not tell "only" from "or later", and one of the parts of an expression is no contradiction to it.
        var keys = sources.Told.Select(e => e.Licenses().Select(l => Plain(l.Id)).ToHashSet()).ToList();
        var agree = keys.All(a => keys.All(b => a.Overlaps(b)));
        return agree
            ? Finding.True(probe, "The places that tell the licence agree.", null, Told(model, sources))
            : Finding.False(probe, "The places that tell the licence contradict each other.", "Make the card's metadata, its text and the LICENSE file name the same licence.", Told(model, sources));
    }

    private static string Plain(string id) => id.Replace("-only", "", StringComparison.Ordinal).Replace("-or-later", "", StringComparison.Ordinal);

    private static IReadOnlyList<Evidence> Told(RatedModel model, LicenseSources sources) =>
    [
        .. sources.Field is { } field ? [model.InFrontMatter("license", field.ToString()!)] : Array.Empty<Evidence>(),
        .. sources.Texts.Select(t => new Evidence(t.Path, Value: t.License.ToString())),
        .. sources.Hub is { } hub ? [new Evidence(Url: model.Facts.Hub?.Url, Value: hub.ToString())] : Array.Empty<Evidence>(),
        .. sources.Heading is { } heading ? [model.InCard(heading.Section.Line, heading.License.ToString()!)] : Array.Empty<Evidence>(),
    ];
}
