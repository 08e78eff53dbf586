using System.Collections.Concurrent;
using Acme.Registry.Artifacts;
using Acme.Registry.Maintenance;
using Acme.Registry.Postgres.Blobs;
using Acme.Registry.Postgres.Catalog;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using Acme.Storage.Conformance;
using Acme.Storage.Engines;
using Microsoft.Extensions.Logging.Abstractions;

namespace Acme.Registry.Postgres.Tests;

/// <summary>The server goes away in the middle of work: what was acknowledged is there, once, and what was not is whole or not there.</summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    private const int Workers = 6;

    [Fact]
    public Task Connections_that_are_killed_again_and_again_lose_and_double_nothing() => WorkAsync(8, async (cluster, database) =>
    {
        await cluster.ExecuteAsync($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{database}'");
    });

    [Fact]
    public Task A_server_that_crashes_and_comes_back_loses_and_doubles_nothing() => WorkAsync(3, async (cluster, _) =>
    {
        await cluster.StopServerAsync("immediate");
        await cluster.StartServerAsync();
    });

    [Fact]
    public async Task A_server_that_stays_away_is_named_after_the_time_for_trying_again()
    {
        Assert.SkipUnless(PostgresCluster.IsAvailable, "PostgreSQL is not installed.");
        await using var cluster = await PostgresCluster.StartAsync();
        var options = new PostgresOptions { ConnectionString = await cluster.CreateDatabaseAsync(), RetryFor = TimeSpan.FromMilliseconds(300) };
        await using var catalog = new PostgresCatalog(options);
        await catalog.PrepareAsync();
        await cluster.StopServerAsync();
        var problem = await Assert.ThrowsAsync<StorageUnavailableException>(() => catalog.GetEpochAsync());
        Assert.Contains("Postgres:ConnectionString", problem.Message);
        Assert.Contains($"{cluster.Port}", problem.Message);
        await cluster.StartServerAsync();
        Assert.Equal(1, await catalog.GetEpochAsync());
    }

    private async Task WorkAsync(int faults, Func<PostgresCluster, string, Task> fault)
    {
        Assert.SkipUnless(PostgresCluster.IsAvailable, "PostgreSQL is not installed.");
        await using var cluster = await PostgresCluster.StartAsync();
        var connection = await cluster.CreateDatabaseAsync("faulty");
        var options = new PostgresOptions { ConnectionString = connection, RetryFor = TimeSpan.FromMinutes(2) };
        await using var catalog = new PostgresCatalog(options);
        await using var blobs = new PostgresBlobStore(options, TimeProvider.System);
        await catalog.PrepareAsync();

        var audited = ArtifactId.Parse("audited");
        var (published, deleted, jobs, audits) = (new ConcurrentBag<Artifact>(), new ConcurrentBag<ArtifactId>(), new ConcurrentBag<string>(), 0);
        using var done = new CancellationTokenSource();
        var work = Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var i = 0; !done.IsCancellationRequested; i++)
            {
                // Some larger than a chunk.
                var content = new byte[random.Next(4) == 0 ? random.Next(3_000_000) : random.Next(20_000)];
                random.NextBytes(content);
                BlobInfo file;
                try
                {
                    file = await blobs.PutBytesAsync(content);
                }
                catch (StorageUnavailableException e) when (e.Message.Contains("Put it again", StringComparison.Ordinal))
                {
                    continue;
                }
                var manifest = await blobs.PutBytesAsync(new Manifest([new ManifestEntry("file", file.Size, file.Digest, 0)]).Serialize());
                var artifact = Samples.Artifact($"{worker}-{i}");
                artifact = artifact with { Revisions = [artifact.Head with { Manifest = manifest.Digest }] };
                var version = await catalog.Artifacts.SaveAsync(artifact, $"card of {worker}-{i}", 0);
                version = await catalog.Artifacts.SaveAsync(artifact with { License = "mit" }, null, version);
                await catalog.Audit.AppendAsync(Samples.Entry(audited));
                Interlocked.Increment(ref audits);
                Assert.True(await catalog.Jobs.AddAsync(Samples.Job($"{worker}-{i}")));
                jobs.Add($"{worker}-{i}");
                if (i % 3 == 0)
                {
                    Assert.True(await catalog.Artifacts.DeleteAsync(artifact.Id));
                    deleted.Add(artifact.Id);
                }
                else
                {
                    published.Add(artifact);
                }
            }
        })).ToList();

        for (var i = 0; i < faults; i++)
        {
            // By count: a busy machine may take long over each change.
            var enough = audits + 12;
            while (Volatile.Read(ref audits) < enough && !work.Any(w => w.IsFaulted)) await Task.Delay(5);
            await fault(cluster, "faulty");
        }
        await done.CancelAsync();
        await Task.WhenAll(work);
        output.WriteLine($"{published.Count} published, {deleted.Count} deleted, {audits} entries");

        var expected = published.Select(a => a.Id.ToString()).Order(StringComparer.Ordinal);
        var listed = await Samples.AllPagesAsync(50, cursor => catalog.Artifacts.ListAsync([ArtifactFilter.Everything], cursor, 50));
        Assert.Equal(expected, listed.Select(a => a.Id.ToString()).Order(StringComparer.Ordinal));
        Assert.All(listed, a => Assert.Equal("mit", a.License));
        var found = await Samples.AllPagesAsync(50, cursor => catalog.Artifacts.SearchAsync(SearchPattern.Parse("^card of"), cursor, 50));
        Assert.Equal(listed.Select(a => a.Id), found.Select(a => a.Id));
        Assert.Equal(published.Count, (await catalog.Artifacts.CountAsync()).ByType[ArtifactType.Model]);
        Assert.Equal(audits, (await Samples.AllPagesAsync(1000, cursor => catalog.Audit.ListAsync(audited, cursor, 1000))).Count);
        Assert.Equal(jobs.Order(StringComparer.Ordinal), (await Samples.AllPagesAsync(1000, cursor => catalog.Jobs.ListAsync(cursor, 1000))).Select(j => j.Id));

        Assert.Empty((await new Scrubber(blobs, NullLogger<Scrubber>.Instance).ScrubAsync()).Damaged);
        await new GarbageCollector(catalog, blobs, TimeProvider.System, NullLogger<GarbageCollector>.Instance).CollectAsync(TimeSpan.Zero, TimeSpan.Zero);
        HashSet<string> left = [];
        await foreach (var blob in blobs.ListAsync()) left.Add(blob.Digest.ToString());
        Assert.Equal(published.Count, left.Intersect(published.Select(a => a.Head.Manifest.ToString())).Count());
        Assert.Equal(2 * published.Count, left.Count);
        // No chunk is without a blob, but for uploads that broke off within the last minute.
        await cluster.ExecuteAsync("UPDATE blob_leftover SET since = '-infinity'", "faulty");
        await blobs.ListAsync().CountAsync();
        Assert.Equal(0L, await cluster.ExecuteAsync("SELECT count(*) FROM blob_chunk WHERE content NOT IN (SELECT content FROM blob)", "faulty"));
    }
}
