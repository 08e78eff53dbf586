using Acme.Registry.Artifacts;
using Acme.Registry.Aws.DynamoDb;
using Acme.Registry.Maintenance;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using Acme.Storage.Conformance;
using Acme.Storage.Engines;
using Microsoft.Extensions.Logging.Abstractions;

namespace Acme.Registry.Aws.Tests;

/// <summary>A mixed workload while the engines refuse, throttle, break off and go away.</summary>
public sealed class FaultTests
{
    [Fact]
    public Task Nothing_acknowledged_is_lost_among_refusals_and_broken_connections() => RunAsync(
        (_, _) => Task.CompletedTask, random => random.NextDouble() switch
        {
            < 0.03 => Fault.Unavailable,
            < 0.06 => Fault.Throttled,
            < 0.08 => Fault.CutBefore,
            < 0.10 => Fault.CutAfter,
            < 0.12 => Fault.Delay,
            _ => Fault.None,
        });

    [Fact]
    public Task Nothing_acknowledged_is_lost_when_an_engine_stops_and_comes_back() => RunAsync(
        async (gateway, dynalite) =>
        {
            for (var i = 0; i < 2; i++)
            {
                await Task.Delay(400);
                dynalite.Stop();
                gateway.Stop();
                await Task.Delay(200);
                await dynalite.RestartAsync();
                await gateway.RestartAsync();
            }
        }, _ => Fault.None);

    /// <summary>
    /// Workers put blobs and publish artifacts that refer to them, rename and delete. Whatever failed may have happened or not; what
    /// returned must have, and must last.
    /// </summary>
    private static async Task RunAsync(Func<RadosGateway, Dynalite, Task> disturbAsync, Func<Random, Fault> choose)
    {
        Assert.SkipWhen(RadosGateway.MissingPrerequisite is not null, RadosGateway.MissingPrerequisite ?? "");
        Assert.SkipWhen(Dynalite.MissingPrerequisite is not null, Dynalite.MissingPrerequisite ?? "");
        // Engines of its own: they are stopped.
        await using var gateway = await RadosGateway.StartAsync();
        await using var dynalite = await Dynalite.StartAsync();
        await using var s3 = new FaultProxy(gateway.Address);
        await using var dynamo = new FaultProxy(dynalite.Address);
        using var blobs = Stores.OpenS3(Stores.S3(s3.Address));
        var options = Stores.DynamoDb(dynamo.Address);
        var catalog = await Stores.OpenDynamoDbAsync(options);
        await using var closing = (IAsyncDisposable)catalog;
        await blobs.FindAsync(Sha256Digest.Of([]));

        var random = new Random(20);
        Fault Choose(string _)
        {
            lock (random) return choose(random);
        }
        s3.Choose = dynamo.Choose = Choose;

        Dictionary<ArtifactId, Artifact> published = [];
        HashSet<ArtifactId> deleted = [];
        var isOver = false;
        var workers = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 12 || !Volatile.Read(ref isOver); i++) await WorkAsync(worker, i);
        })).ToList();
        await disturbAsync(gateway, dynalite);
        Volatile.Write(ref isOver, true);
        await Task.WhenAll(workers);

        s3.Choose = dynamo.Choose = _ => Fault.None;
        Assert.NotEmpty(published);
        // The collector reads manifests; a file's blob that is referred to must survive it, and what nothing refers to must not.
        await blobs.PutBytesAsync("an orphan, left by a process that died between blob and catalog write"u8.ToArray());
        await Task.Delay(1100);
        using var client = DynamoTable.CreateClient(options, DynamoEngine.Credentials);
        var leftovers = new Leftovers(new DynamoTable(client, options), TimeProvider.System);
        await new GarbageCollector(catalog, blobs, TimeProvider.System, NullLogger<GarbageCollector>.Instance, leftovers).CollectAsync(TimeSpan.Zero, TimeSpan.Zero);
        var (missing, unreachable) = await (await Stores.ContentsAsync(options)).CompareAsync(catalog);
        Assert.Empty(missing);
        Assert.Empty(unreachable);

        var listed = await Samples.AllPagesAsync(50, cursor => catalog.Artifacts.ListAsync([ArtifactFilter.Everything], cursor, 50));
        var searched = await Samples.AllPagesAsync(50, cursor => catalog.Artifacts.SearchAsync(SearchPattern.Parse("card of"), cursor, 50));
        Assert.Equal(listed.Select(a => a.Id), searched.Select(a => a.Id));
        foreach (var artifact in published.Values)
        {
            Assert.Equal(Samples.Json(artifact), Samples.Json((await catalog.Artifacts.FindAsync(artifact.Id))?.Item));
            Assert.Equal(artifact.Id, (await catalog.Artifacts.FindByUrlAsync(artifact.Type, artifact.Url))?.Item.Id);
            Assert.Contains(artifact.Id, (await catalog.Artifacts.ListAsync([new(artifact.Name, [])], null, 1000)).Items.Select(a => a.Id));
            Assert.NotNull(await blobs.FindAsync(artifact.Head.Manifest));
        }
        Assert.Empty(listed.Select(a => a.Id).Intersect(deleted));
        var referred = listed.SelectMany(a => a.DirectBlobs()).ToHashSet();
        await foreach (var blob in blobs.ListAsync()) Assert.Contains(blob.Digest, referred);

        async Task WorkAsync(int worker, int i)
        {
            var artifact = Samples.Artifact($"name {worker} {i}");
            try
            {
                // An empty manifest with some white space: a blob of its own for each artifact.
                var manifest = await blobs.PutBytesAsync(System.Text.Encoding.UTF8.GetBytes($"[]{new string(' ', 1 + (i * 4) + worker)}"));
                artifact = artifact with { Revisions = [artifact.Head with { Manifest = manifest.Digest }] };
                var version = await catalog.Artifacts.SaveAsync(artifact, $"card of {artifact.Name}", 0);
                lock (published) published[artifact.Id] = artifact;
                if (i % 3 == 0) return;

                // From here on its fate is known only if the call returns.
                lock (published) published.Remove(artifact.Id);
                if (i % 3 == 1)
                {
                    artifact = artifact with { Name = $"renamed {worker} {i}" };
                    await catalog.Artifacts.SaveAsync(artifact, null, version);
                    lock (published) published[artifact.Id] = artifact;
                }
                else
                {
                    Assert.True(await catalog.Artifacts.DeleteAsync(artifact.Id));
                    lock (deleted) deleted.Add(artifact.Id);
                }
            }
            catch (StorageUnavailableException)
            {
                await Task.Delay(50);
            }
        }
    }
}
