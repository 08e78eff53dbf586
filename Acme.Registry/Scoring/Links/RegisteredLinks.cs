using Acme.Registry.Artifacts;
using Acme.Registry.Lineage;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Storage;

namespace Acme.Registry.Scoring.Links;

/// <summary>A registered artifact that a card names.</summary>
internal sealed record RegisteredLink(Artifact Artifact, FoundBy FoundBy)
{
    public RegisteredCopy Copy => new(Artifact.Id, Artifact.Head.Id);
}

/// <summary>
/// Finds the registered datasets and code that a model's card names, as the catalog is now, and reads their facts from their own files,
/// so that the order of registration does not matter.
/// </summary>
internal sealed class RegisteredLinks(ICatalog catalog, IBlobStore blobs, FactCollector collector)
{
    private const int MaxLookups = 10;
    private const int MaxFound = 200;

    /// <summary>The artifacts, at most as many as are read of hosts, in an order that does not depend on when they were registered.</summary>
    public async Task<IReadOnlyList<RegisteredLink>> FindAsync(ArtifactFacts facts, CancellationToken cancellationToken)
    {
        var card = CardDocument.Parse(facts.Card?.Text ?? "");
        var data = LinkCandidates.Data(facts).Where(c => !c.IsUrl || LinkFinder.KindOf(new Uri(c.Name)) == LinkKind.Dataset).Take(MaxLookups)
            .Concat(LinkCandidates.DataInProse(facts, card));
        var code = LinkCandidates.Code(facts).Where(c => LinkFinder.KindOf(new Uri(c.Name)) == LinkKind.Repository).Take(MaxLookups);
        return
        [
            .. await FindAsync(ArtifactType.Code, [.. code], LinkedFactsCollector.MaxRepositories, cancellationToken),
            .. await FindAsync(ArtifactType.Dataset, [.. data], LinkedFactsCollector.MaxDatasets, cancellationToken),
        ];
    }

    /// <summary>Whether the facts rest on just these artifacts.</summary>
    public static bool Matches(ArtifactFacts facts, IReadOnlyList<RegisteredLink> links) =>
        facts.Repositories.Select(r => r.Registered).Concat(facts.Datasets.Select(d => d.Registered)).OfType<RegisteredCopy>()
            .ToHashSet().SetEquals(links.Select(l => l.Copy));

    /// <summary>The facts with these artifacts in place of the registered ones they rested on.</summary>
    public async Task<ArtifactFacts> ApplyAsync(ArtifactFacts facts, IReadOnlyList<RegisteredLink> links, CancellationToken cancellationToken)
    {
        var repositories = new List<RepositoryFacts>();
        var datasets = new List<DatasetFacts>();
        foreach (var link in links)
        {
            if (await ReadAsync(link.Artifact, cancellationToken) is not { } read) continue;
            if (link.Artifact.Type == ArtifactType.Code)
            {
                repositories.Add(new()
                {
                    Url = link.Artifact.Url, FoundBy = link.FoundBy, CollectedAt = read.CollectedAt, License = link.Artifact.License,
                    Files = [.. read.Files.Entries.Select(e => e.Path)], Registered = link.Copy,
                });
            }
            else
            {
                datasets.Add(new()
                {
                    Name = link.Artifact.Name, Url = link.Artifact.Url, FoundBy = link.FoundBy, CollectedAt = read.CollectedAt, Card = read.Card,
                    License = link.Artifact.License, TotalSize = read.Files.TotalSize, Registered = link.Copy,
                });
            }
        }
        return facts with
        {
            Repositories = [.. facts.Repositories.Where(r => r.Registered is null), .. repositories],
            Datasets = [.. facts.Datasets.Where(d => d.Registered is null), .. datasets],
        };
    }

    private async Task<IEnumerable<RegisteredLink>> FindAsync(ArtifactType type, LinkCandidate[] candidates, int most, CancellationToken cancellationToken)
    {
        var found = new Dictionary<ArtifactId, RegisteredLink>();
        var byName = new Dictionary<string, LinkCandidate>(StringComparer.Ordinal);
        foreach (var candidate in candidates)
        {
            foreach (var url in UrlsOf(type, candidate.Name))
            {
                if (await catalog.Artifacts.FindByUrlAsync(type, url, cancellationToken) is { } artifact)
                    found.TryAdd(artifact.Item.Id, new(artifact.Item, candidate.FoundBy with { How = $"{candidate.FoundBy.How}, and it is registered here" }));
            }
            foreach (var name in NamesOf(type, candidate.Name)) byName.TryAdd(name, candidate);
        }
        if (byName.Count > 0)
        {
            var page = await catalog.Artifacts.ListAsync([.. byName.Keys.Select(n => new ArtifactFilter(n, [type]))], null, MaxFound, cancellationToken);
            foreach (var artifact in page.Items.Where(a => !IsAnother(type, byName[a.Name].Name, a.Url)))
                found.TryAdd(artifact.Id, new(artifact, byName[artifact.Name].FoundBy with { How = $"a registered artifact has the name '{artifact.Name}'" }));
        }
        return found.Values.OrderBy(l => l.Artifact.Name, StringComparer.Ordinal).ThenBy(l => l.Artifact.Url, StringComparer.Ordinal).Take(most);
    }

    private static IEnumerable<string> UrlsOf(ArtifactType type, string name)
    {
        if (type == ArtifactType.Code) return LineageReferences.RepositoryUrl(name) is { } page ? [page, page + ".git"] : [name];
        var key = KeyOf(type, name);
        return name.Contains("://", StringComparison.Ordinal) ? [name] : key.Contains(' ') ? [] : [$"https://huggingface.co/datasets/{key}"];
    }

    /// <summary>The forms in which people name an artifact after it.</summary>
    private static IEnumerable<string> NamesOf(ArtifactType type, string name)
    {
        var key = KeyOf(type, name);
        var last = key[(key.LastIndexOf('/') + 1)..];
        string[] names = [key, key.Replace('/', '-'), last, key.ToLowerInvariant(), last.ToLowerInvariant()];
        return names.Concat(type == ArtifactType.Dataset ? DatasetNames.Forms(last) : []).Where(n => n.Length > 1).Distinct();
    }

    /// <summary>An artifact of the same name that comes from another owner's repository is another one.</summary>
    private static bool IsAnother(ArtifactType type, string name, string url)
    {
        if (!url.StartsWith("http", StringComparison.OrdinalIgnoreCase)) return false;
        var (wanted, there) = (KeyOf(type, name), KeyOf(type, url));
        var sameHost = !name.Contains("://", StringComparison.Ordinal) || (Uri.TryCreate(name, UriKind.Absolute, out var a) && Uri.TryCreate(url, UriKind.Absolute, out var b) && a.Host == b.Host);
        return sameHost && LinkFinder.KindOf(new Uri(url)) == (type == ArtifactType.Code ? LinkKind.Repository : LinkKind.Dataset)
            && wanted.Contains('/') && there.Contains('/') && !string.Equals(wanted, there, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary><c>owner/name</c> or <c>name</c>, of a URL as of a name.</summary>
    private static string KeyOf(ArtifactType type, string name)
    {
        if (!Uri.TryCreate(name, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) return name.Trim();
        var segments = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (type == ArtifactType.Dataset && segments is ["datasets", ..]) segments = segments[1..];
        var key = string.Join('/', segments.Take(2).Where(s => s is not ("tree" or "blob" or "resolve")));
        return key.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? key[..^4] : key;
    }

    private async Task<ArtifactFacts?> ReadAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = Manifest.Deserialize(await blobs.ReadAllBytesAsync(artifact.Head.Manifest, cancellationToken));
            return await collector.CollectAsync(new(artifact.Id, artifact.Type, artifact.Name, artifact.Url), manifest, cancellationToken);
        }
        catch (BlobNotFoundException)
        {
            // It was deleted a moment ago: not registered any more.
            return null;
        }
    }
}
