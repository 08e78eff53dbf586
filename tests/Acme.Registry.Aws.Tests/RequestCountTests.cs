using Acme.Registry.Artifacts;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using Acme.Storage.Conformance;
using Acme.Storage.Engines;

namespace Acme.Registry.Aws.Tests;

/// <summary>How many requests a question makes does not depend on how much there is.</summary>
public sealed class RequestCountTests
{
    [Fact]
    public async Task Listing_reading_and_searching_make_as_many_requests_in_a_large_catalog_as_in_a_small_one()
    {
        await using var proxy = new FaultProxy((await DynamoEngine.GetAsync()).Address);
        var options = Stores.DynamoDb(proxy.Address);
        var catalog = await Stores.OpenDynamoDbAsync(options);
        await using var closing = (IAsyncDisposable)catalog;
        var known = Samples.Artifact("known");
        await catalog.Artifacts.SaveAsync(known, "the needle", 0);
        await AddAsync(20);
        var small = await CountAsync();
        await AddAsync(200);
        var large = await CountAsync();
        foreach (var (question, count) in small) Assert.True(large[question] <= count, $"{question}: {count} requests among 21 artifacts, {large[question]} among 221.");
        Assert.True(small.Values.Max() <= 3 * ArtifactKeysShards, $"{small.MaxBy(c => c.Value)}");

        async Task AddAsync(int count)
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, ct) =>
            {
                await catalog.Artifacts.SaveAsync(Samples.Artifact($"name {i % 10}", type: ArtifactTypes.All[i % 3]), "hay", 0, ct);
                await catalog.Deleted.SaveAsync(new(Samples.Artifact("gone"), Samples.Noon.AddSeconds(i), "ada"), ct);
            });
        }

        async Task<Dictionary<string, long>> CountAsync()
        {
            // The first search reads what is new since the last; what is asked about is an index that is up to date.
            await catalog.Artifacts.SearchAsync(SearchPattern.Parse("needle"), null, 10);
            return new()
            {
                ["find"] = await MeasureAsync(() => catalog.Artifacts.FindAsync(known.Id)),
                ["find by URL"] = await MeasureAsync(() => catalog.Artifacts.FindByUrlAsync(known.Type, known.Url)),
                ["list"] = await MeasureAsync(() => catalog.Artifacts.ListAsync([ArtifactFilter.Everything], null, 10)),
                ["list by type"] = await MeasureAsync(() => catalog.Artifacts.ListAsync([new(null, [ArtifactType.Model])], null, 10)),
                ["list by name"] = await MeasureAsync(() => catalog.Artifacts.ListAsync([new("name 3", [])], null, 10)),
                ["search"] = await MeasureAsync(() => catalog.Artifacts.SearchAsync(SearchPattern.Parse("needle"), null, 10)),
                ["browse"] = await MeasureAsync(() => catalog.Artifacts.BrowseAsync(new(), null, 10)),
                ["list deleted"] = await MeasureAsync(() => catalog.Deleted.ListAsync(DeletionOrder.Newest, null, 10)),
                ["count"] = await MeasureAsync(() => catalog.Artifacts.CountAsync()),
            };
        }

        async Task<long> MeasureAsync(Func<Task> question)
        {
            var before = proxy.Requests;
            await question();
            return proxy.Requests - before;
        }
    }

    private const int ArtifactKeysShards = DynamoDb.ArtifactKeys.ShardCount;
}
