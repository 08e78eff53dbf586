using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Lineage;

/// <summary>Finds the registered artifact that a reference means, as the catalog is now; asks it once per reference.</summary>
internal sealed class ReferenceResolver(ICatalog catalog)
{
    /// <summary>Most artifacts of one name that are looked at.</summary>
    private const int MaxNamesakes = 100;

    private readonly Dictionary<(ArtifactType, string), IReadOnlyList<Artifact>> _known = [];

    /// <summary>
    /// By URL, else by exact name, else by the last segment of the name; the oldest of several, and never the artifact that holds
    /// the reference. Nothing where none is registered.
    /// </summary>
    public async Task<Artifact?> FindAsync(LineageReference reference, ArtifactId holder, CancellationToken cancellationToken)
    {
        var key = (reference.Type, reference.Name);
        if (!_known.TryGetValue(key, out var candidates)) _known[key] = candidates = await CandidatesAsync(reference, cancellationToken);
        return candidates.FirstOrDefault(a => a.Id != holder);
    }

    private async Task<IReadOnlyList<Artifact>> CandidatesAsync(LineageReference reference, CancellationToken cancellationToken)
    {
        var found = new List<Artifact>();
        foreach (var url in UrlsOf(reference))
        {
            if (await catalog.Artifacts.FindByUrlAsync(reference.Type, url, cancellationToken) is { } artifact) found.Add(artifact.Item);
        }
        foreach (var name in NamesOf(reference))
        {
            var page = await catalog.Artifacts.ListAsync([new(name, [reference.Type])], null, MaxNamesakes, cancellationToken);
            found.AddRange(page.Items.Where(a => !IsAnother(reference, a)).OrderBy(a => a.CreatedAt).ThenBy(a => a.Id.ToString(), StringComparer.Ordinal));
        }
        return found;
    }

    /// <summary>Code is named <c>owner-repository</c> unless someone gave it another name.</summary>
    private static IEnumerable<string> NamesOf(LineageReference reference)
    {
        var segments = reference.Name.Split('/');
        return reference.Type switch
        {
            ArtifactType.Code => segments is [.., var owner, var repository] ? [$"{owner}-{repository}"] : [],
            ArtifactType.Dataset => DatasetNames.Forms(segments[^1]).Prepend(reference.Name).Distinct(),
            _ => new[] { reference.Name, segments[^1] }.Distinct(),
        };
    }

    /// <summary>Code is told by its repository, whatever the form of its URL; a model or dataset of another owner is a namesake.</summary>
    private static bool IsAnother(LineageReference reference, Artifact artifact)
    {
        if (reference.Type == ArtifactType.Code)
            return !string.Equals(LineageReferences.RepositoryUrl(artifact.Url), reference.Name, StringComparison.OrdinalIgnoreCase);
        return reference.Name.Contains('/')
            && LineageReferences.HubName(artifact.Url) is { } there && there.Contains('/')
            && !string.Equals(there, reference.Name, StringComparison.OrdinalIgnoreCase);
    }

    private static string[] UrlsOf(LineageReference reference) => reference.Type switch
    {
        ArtifactType.Model => [$"https://huggingface.co/{reference.Name}"],
        ArtifactType.Dataset => [$"https://huggingface.co/datasets/{reference.Name}"],
        _ => [reference.Name, reference.Name + ".git"],
    };
}
