using Acme.Registry.Artifacts;
using Acme.Registry.Lineage;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Storage;

namespace Acme.Registry.Licensing;

/// <summary>Something with a licence.</summary>
/// <param name="Role"><c>model</c>, <c>base_model</c>, <c>dataset</c> or <c>code</c>.</param>
/// <param name="Name">Its name or URL.</param>
/// <param name="License">SPDX identifier or expression; null where none could be told.</param>
public sealed record LicensedWork(string Role, string Name, string? License);

/// <summary>Two works that are combined when a model is fine-tuned and used.</summary>
/// <param name="First">The one.</param>
/// <param name="Second">The other; the same where it is about a work on its own.</param>
/// <param name="Answer">Whether their licences fit together, and why.</param>
public sealed record LicensePair(LicensedWork First, LicensedWork Second, CompatibilityAnswer Answer)
{
    /// <summary>What the second is to the first.</summary>
    public string Relation => ReferenceEquals(First, Second) ? "itself" : Second.Role;
}

/// <summary>The works and their pairs, those in conflict first.</summary>
public sealed record LicenseReport(IReadOnlyList<LicensedWork> Works, IReadOnlyList<LicensePair> Pairs)
{
    /// <summary>Whether every pair fits.</summary>
    public bool IsCompatible => Pairs.All(p => p.Answer.IsCompatible);
}

/// <summary>
/// Looks at everything that meets when a model is fine-tuned and used: the model with itself (may it be changed and passed on at all), with
/// each of its base models, datasets and code, and each base model with each code.
/// </summary>
public sealed class LicenseReporter(LineageService lineage, ICatalog catalog)
{
    private const int MaxBaseModels = 20;

    /// <summary>The report.</summary>
    /// <param name="model">The model.</param>
    /// <param name="facts">What its rating rests on: its datasets and repositories.</param>
    /// <param name="code">The code to fine-tune with; null for what the model is linked with.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="LineageUnavailableException">The model's configuration is malformed, so its base models cannot be told.</exception>
    public async Task<LicenseReport> ReportAsync(Artifact model, ArtifactFacts facts, LicensedWork? code, CancellationToken cancellationToken = default)
    {
        var itself = new LicensedWork("model", model.Name, model.License);
        var bases = await BaseModelsAsync(model, cancellationToken);
        var datasets = Works("dataset", facts.Datasets.Select(d => (d.Name, d.License ?? (d.Card is { FrontMatter.License: [var key, ..] } ? key : null))));
        var codes = code is not null ? [code] : Works("code", facts.Repositories.Select(r => (r.Url, r.License)));

        List<LicensePair> pairs = [Pair(itself, itself)];
        pairs.AddRange(bases.Concat(datasets).Concat(codes).Select(other => Pair(itself, other)));
        pairs.AddRange(from of in bases from with in codes select Pair(of, with));
        return new([itself, .. bases, .. datasets, .. codes], [.. pairs.OrderBy(p => p.Answer.IsCompatible)]);
    }

    private async Task<List<LicensedWork>> BaseModelsAsync(Artifact model, CancellationToken cancellationToken)
    {
        var bases = new List<LicensedWork>();
        foreach (var node in (await lineage.GetGraphAsync(model, cancellationToken)).Nodes.Skip(1).Where(n => n.Metadata["type"] == ArtifactType.Model.Word()).Take(MaxBaseModels))
        {
            var artifact = ArtifactId.TryParse(node.Id, null, out var id) ? await catalog.Artifacts.FindAsync(id, cancellationToken) : null;
            bases.Add(new("base_model", node.Name, artifact?.Item.License));
        }
        return bases;
    }

    /// <summary>Each name once, with the first licence that is told for it.</summary>
    private static List<LicensedWork> Works(string role, IEnumerable<(string Name, string? License)> found) =>
        [.. found.GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase).Select(g => new LicensedWork(role, g.Key, g.Select(f => f.License).FirstOrDefault(l => l is not null)))];

    private static LicensePair Pair(LicensedWork first, LicensedWork second) =>
        new(first, second, LicenseCompatibility.Check(first.License, second.License, Described(first), Described(second)));

    private static string Described(LicensedWork work) => $"{work.Role.Replace('_', ' ')} '{work.Name}'";
}
