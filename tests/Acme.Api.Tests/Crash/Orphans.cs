using System.Diagnostics;
using Acme.Registry.Artifacts;
using Acme.Registry.Aws.Tests;
using Acme.Registry.Maintenance;
using Acme.Registry.Storage;
using Amazon.DynamoDBv2;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.DependencyInjection;

namespace Acme.Api.Tests.Crash;

/// <summary>Collects garbage over stores that no registry has open, and compares what is stored with what the catalog reaches.</summary>
internal sealed class Orphans(KillableStorage storage, string data)
{
    private static readonly TimeSpan KeepDeletedFor = new MaintenanceOptions().KeepDeletedFor;

    /// <summary>Fails where something is left that nothing reaches; returns what was found, in figures.</summary>
    public async Task<string> ExpectNoneAsync()
    {
        // What a put was writing is spared for a minute; here it is as if that had passed.
        if (storage.Postgres is { } before) await before.Cluster.ExecuteAsync("UPDATE blob_leftover SET since = since - interval '1 hour' WHERE since > '-infinity'", before.Database);
        await using var provider = storage.Open(data);
        var catalog = provider.GetRequiredService<ICatalog>();
        var blobs = provider.GetRequiredService<IBlobStore>();
        await catalog.PrepareAsync();
        // Some services date what was put in whole seconds.
        await Task.Delay(1100);
        var collected = await ActivatorUtilities.CreateInstance<GarbageCollector>(provider).CollectAsync(TimeSpan.Zero, KeepDeletedFor);
        var restorable = (await ExpectReachedAsync(catalog, blobs)).Count;

        // And again when the time of all that was deleted is over.
        var later = ActivatorUtilities.CreateInstance<GarbageCollector>(provider, new Later(KeepDeletedFor + TimeSpan.FromHours(2)));
        var ended = await later.CollectAsync(TimeSpan.Zero, KeepDeletedFor);
        var reached = await ExpectReachedAsync(catalog, blobs);
        Assert.Empty((await catalog.Deleted.ListAsync(DeletionOrder.Newest, null, 1)).Items);
        var left = await LeftInEngineAsync();
        if (storage.Settings.Contains("dynamodb")) left += await LeftInTableAsync(catalog);
        return $"{restorable} blobs are reached and stored, {reached.Count} when the time of {ended.DeletedForGood} deleted artifacts is over; the last garbage collection deleted {collected.Deleted}, and what {collected.UnfinishedChanges} changes to the catalog had left. {left}";
    }

    /// <summary>Fails unless what is stored is what the artifacts reach, those included that can be restored; returns it.</summary>
    private static async Task<HashSet<Sha256Digest>> ExpectReachedAsync(ICatalog catalog, IBlobStore blobs)
    {
        HashSet<Sha256Digest> reached = [];
        foreach (var artifact in (await AllAsync(cursor => catalog.Artifacts.ListAsync([ArtifactFilter.Everything], cursor, 500)))
            .Concat((await AllAsync(cursor => catalog.Deleted.ListAsync(DeletionOrder.Oldest, cursor, 500))).Select(d => d.Artifact)))
        {
            reached.UnionWith(artifact.DirectBlobs());
            foreach (var revision in artifact.Revisions)
                reached.UnionWith(Manifest.Deserialize(await blobs.ReadAllBytesAsync(revision.Manifest)).Entries.Select(e => e.Digest));
        }
        HashSet<Sha256Digest> stored = [];
        await foreach (var blob in blobs.ListAsync()) stored.Add(blob.Digest);
        Assert.Superset(reached, stored);
        Assert.Subset(reached, stored);
        return reached;
    }

    private static async Task<List<T>> AllAsync<T>(Func<string?, Task<Page<T>>> read)
    {
        List<T> all = [];
        string? cursor = null;
        do
        {
            var page = await read(cursor);
            all.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);
        return all;
    }

    private async Task<string> LeftInEngineAsync()
    {
        if (storage.Settings.Contains("disk"))
        {
            foreach (var folder in new[] { "incoming", "spool", "mirror" }.Select(f => Path.Combine(data, f)).Where(Directory.Exists)) Assert.Empty(Directory.GetFileSystemEntries(folder));
            return "Nothing else is in the data directory.";
        }
        if (storage.Postgres is { } postgres)
        {
            Assert.Equal(0L, await postgres.Cluster.ExecuteAsync("SELECT count(*) FROM blob_leftover", postgres.Database));
            Assert.Equal(0L, await postgres.Cluster.ExecuteAsync("SELECT count(*) FROM blob_chunk WHERE content NOT IN (SELECT content FROM blob)", postgres.Database));
            Assert.Equal(0L, await postgres.Cluster.ExecuteAsync("SELECT count(*) FROM card WHERE seq NOT IN (SELECT seq FROM artifact)", postgres.Database));
            Assert.Equal(0L, await postgres.Cluster.ExecuteAsync("SELECT count(*) FROM search_text WHERE seq NOT IN (SELECT seq FROM artifact)", postgres.Database));
            return "No chunk is without a blob and no card without an artifact.";
        }
        return await LeftInBucketAsync();
    }

    /// <summary>What a killed upload leaves is below <c>staging/</c>, and the bucket's lifecycle knows it.</summary>
    private async Task<string> LeftInBucketAsync()
    {
        using var client = new AmazonS3Client(new AmazonS3Config { ServiceURL = SettingOf("--S3:ServiceUrl"), ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
        var bucket = SettingOf("--S3:Bucket");
        var uploads = (await client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = bucket })).MultipartUploads ?? [];
        Assert.All(uploads, upload => Assert.StartsWith("staging/", upload.Key));
        var keys = new List<string>();
        string? next = null;
        do
        {
            var page = await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, ContinuationToken = next });
            keys.AddRange((page.S3Objects ?? []).Select(o => o.Key));
            next = page.NextContinuationToken;
        }
        while (next is not null);
        var rules = (await client.GetLifecycleConfigurationAsync(bucket)).Configuration.Rules;
        string[] expiring = [.. rules.Where(r => r.Expiration is not null).Select(r => ((LifecyclePrefixPredicate)r.Filter.LifecycleFilterPredicate).Prefix)];
        Assert.Contains(rules, r => r.AbortIncompleteMultipartUpload is { DaysAfterInitiation: > 0 });
        Assert.All(keys, key => Assert.True(key.StartsWith("sha256/", StringComparison.Ordinal) || expiring.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)), $"Nothing takes '{key}' away."));
        return $"Left to the bucket's lifecycle: {uploads.Count} unfinished uploads, {string.Join(", ", expiring.Select(p => $"{keys.Count(k => k.StartsWith(p, StringComparison.Ordinal))} in {p}"))}.";
    }

    /// <summary>What is there although nothing leads to it, once the last reset is cleared away, which may have been interrupted.</summary>
    private async Task<string> LeftInTableAsync(ICatalog catalog)
    {
        using var client = new AmazonDynamoDBClient(new AmazonDynamoDBConfig { ServiceURL = SettingOf("--DynamoDb:ServiceUrl"), AuthenticationRegion = "us-east-1" });
        var waiting = Stopwatch.StartNew();
        TableContents contents;
        do
        {
            Assert.True(waiting.Elapsed < TimeSpan.FromMinutes(2), "The last reset is not cleared away after two minutes.");
            await Task.Delay(100);
            contents = await TableContents.ReadAsync(client, SettingOf("--DynamoDb:Table"));
        }
        while (contents.IsClearing);
        var (missing, unreachable) = await contents.CompareAsync(catalog);
        Assert.Empty(missing);
        Assert.Empty(unreachable);
        return $" Each of the {contents.Keys.Count} items of the table is reached, or has a time to live.";
    }

    private string SettingOf(string key) => storage.Settings[Array.IndexOf(storage.Settings, key) + 1];

    /// <summary>The clock, so much ahead.</summary>
    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
