using Acme.Registry.Scoring.Facts;

namespace Acme.Registry.Scoring.Links;

/// <summary>
/// Reads the repositories and datasets that a model is connected with from their hosts, at the same time and each within a limit.
/// What could not be read is a fact with its reason; nothing here fails for what a host does.
/// </summary>
public sealed class LinkedFactsCollector(
    IEnumerable<IRepositoryReader> repositories, IEnumerable<IDatasetReader> datasets, TimeProvider time, IEnumerable<IHubReader>? hubs = null)
{
    /// <summary>Most repositories read for one model, the one that it comes from included.</summary>
    public const int MaxRepositories = 3;

    /// <summary>Most datasets read for one model.</summary>
    public const int MaxDatasets = 5;

    /// <summary>How long one of them may take.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(8);

    /// <summary>Adds to a model's facts what its card leads to.</summary>
    /// <param name="facts">With the card.</param>
    /// <param name="own">The repository that the model itself was taken from, where it is one.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<ArtifactFacts> CollectAsync(ArtifactFacts facts, RepositoryFacts? own, CancellationToken cancellationToken)
    {
        var pages = LinkCandidates.Code(facts)
            .Select(c => (c.FoundBy, Found: Find(repositories, r => r.PageOf(c.Name))))
            .Where(c => c.Found is not null && !string.Equals(c.Found.Value.Name, own?.Url, StringComparison.OrdinalIgnoreCase))
            .DistinctBy(c => c.Found!.Value.Name, StringComparer.OrdinalIgnoreCase)
            .Take(MaxRepositories - (own is null ? 0 : 1));
        var names = LinkCandidates.Data(facts)
            .Select(c => (c.FoundBy, Found: Find(datasets, r => r.NameOf(c.Name))))
            .Where(c => c.Found is not null)
            .DistinctBy(c => c.Found!.Value.Name, StringComparer.OrdinalIgnoreCase)
            .Take(MaxDatasets);

        var readPages = MeasureAsync(pages.Select(p => ReadAsync(p.Found!.Value.Reader, p.Found.Value.Name, p.FoundBy, cancellationToken)));
        var readNames = MeasureAsync(names.Select(n => ReadAsync(n.Found!.Value.Reader, n.Found.Value.Name, n.FoundBy, cancellationToken)));
        var (repositoryFacts, repositorySeconds) = await readPages;
        var (datasetFacts, datasetSeconds) = await readNames;
        return facts with
        {
            Repositories = own is null ? repositoryFacts : [own, .. repositoryFacts],
            Datasets = datasetFacts,
            Collection = facts.Collection with { Repositories = repositorySeconds, Datasets = datasetSeconds },
        };
    }

    /// <summary>Reads again what a later reading may learn; what was learnt before stays where the new reading lacks it.</summary>
    public async Task<ArtifactFacts> CollectAgainAsync(ArtifactFacts facts, CancellationToken cancellationToken)
    {
        var repositoriesRead = Task.WhenAll(facts.Repositories.Select(RepositoryAsync));
        var datasetsRead = Task.WhenAll(facts.Datasets.Select(DatasetAsync));
        var hubRead = HubAsync(facts.Hub);
        return facts with { Repositories = await repositoriesRead, Datasets = await datasetsRead, Hub = await hubRead };

        async Task<HubFacts?> HubAsync(HubFacts? old)
        {
            if (old is not { IsTransient: true }) return old;
            foreach (var reader in hubs ?? [])
            {
                if (await reader.ReadAgainAsync(old, cancellationToken) is { } read) return read;
            }
            return old;
        }

        async Task<RepositoryFacts> RepositoryAsync(RepositoryFacts old)
        {
            if (!old.IsTransient || Find(repositories, r => r.PageOf(old.Url)) is not var (reader, page)) return old;
            var read = await ReadAsync(reader, page, old.FoundBy, cancellationToken);
            return read with
            {
                License = read.License ?? old.License,
                Files = read.Files ?? old.Files,
                History = read.History ?? old.History,
                Reviews = read.Reviews ?? old.Reviews,
            };
        }

        async Task<DatasetFacts> DatasetAsync(DatasetFacts old) =>
            old.IsTransient && Find(datasets, r => r.NameOf(old.Name)) is var (reader, name) ? await ReadAsync(reader, name, old.FoundBy, cancellationToken) : old;
    }

    /// <summary>Whether reading again later may learn more.</summary>
    public static bool IsTransient(ArtifactFacts facts) => facts.Hub is { IsTransient: true } || facts.Repositories.Any(r => r.IsTransient) || facts.Datasets.Any(d => d.IsTransient);

    private static (T Reader, string Name)? Find<T>(IEnumerable<T> readers, Func<T, string?> nameOf)
    {
        foreach (var reader in readers)
        {
            if (nameOf(reader) is { } name) return (reader, name);
        }
        return null;
    }

    private async Task<RepositoryFacts> ReadAsync(IRepositoryReader reader, string page, FoundBy foundBy, CancellationToken cancellationToken)
    {
        var (facts, problem) = await LimitAsync(ct => reader.ReadAsync(page, foundBy, ct), cancellationToken);
        return facts ?? new() { Url = page, FoundBy = foundBy, CollectedAt = time.GetUtcNow(), Problem = problem, IsTransient = true };
    }

    private async Task<DatasetFacts> ReadAsync(IDatasetReader reader, string name, FoundBy foundBy, CancellationToken cancellationToken)
    {
        var (facts, problem) = await LimitAsync(ct => reader.ReadAsync(name, foundBy, ct), cancellationToken);
        return facts ?? new() { Name = name, FoundBy = foundBy, CollectedAt = time.GetUtcNow(), Problem = problem, IsTransient = true };
    }

    private async Task<(T? Facts, string? Problem)> LimitAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return (await read(limit.Token).WaitAsync(TimeLimit, time, cancellationToken), null);
        }
        catch (TimeoutException)
        {
            await limit.CancelAsync();
            return (null, $"It was not read within {TimeLimit.TotalSeconds:0} seconds. It is tried again later.");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"It could not be read: {e.Message} It is tried again later.");
        }
    }

    private async Task<(T[] Facts, double Seconds)> MeasureAsync<T>(IEnumerable<Task<T>> reading)
    {
        var start = time.GetTimestamp();
        var facts = await Task.WhenAll(reading);
        return (facts, facts.Length == 0 ? 0 : time.GetElapsedTime(start).TotalSeconds);
    }
}
