using System.IO.Pipelines;
using Acme.Registry.Artifacts;
using Acme.Registry.Deletion;
using Acme.Registry.Local.Disk;
using Acme.Registry.Local.Sqlite;
using Acme.Registry.Maintenance;
using Acme.Registry.Storage;
using Acme.Storage.Conformance;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Acme.Registry.Local.Tests;

public sealed class GarbageCollectorTests : IAsyncLifetime
{
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeepDeletedFor = TimeSpan.FromDays(14);

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(Samples.Noon);
    private readonly SqliteCatalog _catalog;
    private readonly DiskBlobStore _blobs;

    public GarbageCollectorTests()
    {
        _catalog = new(_directory["catalog.db"]);
        _blobs = new(_directory.Path, _time);
    }

    public async ValueTask InitializeAsync() => await _catalog.PrepareAsync();

    public async ValueTask DisposeAsync()
    {
        await _catalog.DisposeAsync();
        _blobs.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task What_nothing_refers_to_is_deleted_once_it_is_older_than_the_grace_time()
    {
        var garbage = await PutAsync("garbage");
        Assert.Equal(new(1, 0, 0), await CollectAsync());
        _time.Advance(Grace);
        Assert.Equal(new(1, 0, 0), await CollectAsync());
        _time.Advance(TimeSpan.FromTicks(10));
        Assert.Equal(new(0, 1, "garbage".Length), await CollectAsync());
        Assert.Null(await _blobs.FindAsync(garbage));
    }

    [Fact]
    public async Task Manifests_and_files_of_every_revision_and_the_rating_are_kept()
    {
        List<Sha256Digest> wanted = [await PutAsync("one"), await PutAsync("two"), await PutAsync("three"), await PutAsync("rating")];
        var older = await PutManifestAsync(wanted[0], wanted[1]);
        var newer = await PutManifestAsync(wanted[1], wanted[2]);
        await PublishAsync([older, newer], rating: wanted[3]);
        await PutAsync("garbage");
        _time.Advance(2 * Grace);
        Assert.Equal(new(6, 1, "garbage".Length), await CollectAsync());
        foreach (var digest in wanted) Assert.NotNull(await _blobs.FindAsync(digest));
    }

    [Fact]
    public async Task What_a_deleted_artifact_referred_to_is_deleted_but_for_what_another_shares()
    {
        var shared = await PutAsync("shared");
        var own = await PutAsync("own");
        var first = await PublishAsync([await PutManifestAsync(shared, own)]);
        await PublishAsync([await PutManifestAsync(shared)]);
        await _catalog.Artifacts.DeleteAsync(first);
        _time.Advance(2 * Grace);
        Assert.Equal(2, (await CollectAsync()).Deleted);
        Assert.NotNull(await _blobs.FindAsync(shared));
        Assert.Null(await _blobs.FindAsync(own));
    }

    [Fact]
    public async Task A_file_with_the_content_of_a_manifest_does_not_hide_that_manifest()
    {
        var file = await PutAsync("file");
        var manifest = await PutManifestAsync(file);
        // The manifest is met first as a file, then as a manifest.
        await PublishAsync([await PutManifestAsync(manifest)]);
        await PublishAsync([manifest]);
        _time.Advance(2 * Grace);
        Assert.Equal(0, (await CollectAsync()).Deleted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_manifest_that_is_missing_or_damaged_ends_the_run_before_anything_is_deleted(bool missing)
    {
        var file = await PutAsync("file");
        var manifest = await PutManifestAsync(file);
        var id = await PublishAsync([manifest]);
        await PutAsync("garbage");
        var path = Path.Combine(_directory["blobs"], manifest.ToString()[..2], manifest.ToString()[2..4], manifest.ToString());
        // Damaged so that it can still be read, and names another file.
        if (missing) File.Delete(path);
        else await File.WriteAllBytesAsync(path, Manifest(Sha256Digest.Of("another"u8)).Serialize());
        _time.Advance(2 * Grace);

        var failure = await Assert.ThrowsAsync<InvalidDataException>(CollectAsync);
        Assert.Contains(manifest.ToString(), failure.Message);
        Assert.NotNull(await _blobs.FindAsync(file));
        Assert.NotNull(await _blobs.FindAsync(Sha256Digest.Of("garbage"u8)));

        // As the message says: deleting the artifact is a way out, unless another has the same manifest.
        var (other, kept) = (await PutAsync("another revision's"), (await _catalog.Artifacts.FindAsync(id))!);
        var earlier = kept.Item.Head with { Manifest = await PutManifestAsync(other) };
        await _catalog.Artifacts.SaveAsync(kept.Item with { Revisions = [kept.Item.Head, earlier] }, null, kept.Version);
        var same = await PublishAsync([manifest]);
        await DeleteAsync(id);
        _time.Advance(2 * Grace);
        await Assert.ThrowsAsync<InvalidDataException>(CollectAsync);
        await DeleteAsync(same);
        Assert.True((await CollectAsync()).Deleted > 0);
        Assert.NotNull(await _blobs.FindAsync(other));
        Assert.Null(await _blobs.FindAsync(Sha256Digest.Of("garbage"u8)));
    }

    [Fact]
    public async Task Old_garbage_that_is_put_again_and_published_between_mark_and_sweep_is_kept()
    {
        var reused = await PutAsync("reused");
        _time.Advance(2 * Grace);
        var collector = Collector(new InterruptedBlobs(_blobs, async () =>
        {
            await PutAsync("reused");
            await PublishAsync([await PutManifestAsync(reused)]);
        }));
        Assert.Equal(0, (await collector.CollectAsync(Grace, KeepDeletedFor)).Deleted);
        Assert.NotNull(await _blobs.FindAsync(reused));
    }

    [Fact]
    public async Task What_can_be_brought_back_is_kept_until_an_hour_after_its_time()
    {
        var (file, rating) = (await PutAsync("file"), await PutAsync("rating"));
        var id = await PublishAsync([await PutManifestAsync(file)], rating);
        Assert.NotNull(await DeleteAsync(id));
        _time.Advance(KeepDeletedFor + TimeSpan.FromHours(1));
        Assert.Equal(new(3, 0, 0), await CollectAsync());
        Assert.NotNull(await _catalog.Deleted.FindAsync(id));
        _time.Advance(TimeSpan.FromTicks(1));
        var last = await CollectAsync();
        Assert.Equal((0, 3, 1), (last.Kept, last.Deleted, last.DeletedForGood));
        Assert.Null(await _catalog.Deleted.FindAsync(id));
    }

    [Fact]
    public async Task Where_nothing_is_kept_what_was_deleted_goes_with_the_next_run()
    {
        var id = await PublishAsync([await PutManifestAsync(await PutAsync("file"))]);
        await DeleteAsync(id, TimeSpan.Zero);
        Assert.Null(await _catalog.Deleted.FindAsync(id));
        _time.Advance(2 * Grace);
        Assert.Equal(2, (await CollectAsync()).Deleted);
    }

    [Fact]
    public async Task What_was_changed_between_the_look_at_it_and_its_deletion_is_kept_as_it_was_last()
    {
        var id = await PublishAsync([await PutManifestAsync(await PutAsync("one"))]);
        var changed = 0;
        var catalog = Interrupted.Of<ICatalog>(_catalog, nameof(IDeletedArtifactStore.SaveAsync), async () =>
        {
            if (changed++ > 0) return;
            var found = (await _catalog.Artifacts.FindAsync(id))!;
            await _catalog.Artifacts.SaveAsync(found.Item with { License = "MIT" }, null, found.Version);
        });
        var deleted = await new ArtifactDeleter(catalog, Options.Create(new MaintenanceOptions()), _time).DeleteAsync(id, "ada", keep: true, default);
        Assert.Equal("MIT", deleted!.License);
        Assert.Equal("MIT", (await _catalog.Deleted.FindAsync(id))!.Artifact.License);
        Assert.Null(await _catalog.Artifacts.FindAsync(id));
    }

    [Fact]
    public async Task An_artifact_that_is_deleted_restored_and_deleted_again_at_any_moment_of_a_run_loses_nothing()
    {
        // Before and after each of the three listings: each way to spread the three changes over them.
        const int moments = 6;
        var ways =
            from first in Enumerable.Range(0, moments + 1) from second in Enumerable.Range(first, moments + 1 - first) from third in Enumerable.Range(second, moments + 1 - second)
            select new[] { first, second, third };
        foreach (var way in ways)
        {
            var name = string.Join(' ', way);
            List<Sha256Digest> wanted = [await PutAsync($"file {name}"), await PutAsync($"rating {name}")];
            wanted.Add(await PutManifestAsync(wanted[0]));
            var id = await PublishAsync([wanted[2]], wanted[1]);
            _time.Advance(2 * Grace);
            var (moment, done) = (0, 0);
            var catalog = Interrupted.Of<ICatalog>(_catalog, nameof(IArtifactStore.ListAsync), () => ChangeAsync(moment++));
            await Collector(_blobs, catalog).CollectAsync(Grace, KeepDeletedFor);
            Assert.Equal(moments, moment);
            foreach (var digest in wanted) Assert.True(await _blobs.FindAsync(digest) is not null, $"At {name} something was lost.");

            async Task ChangeAsync(int now)
            {
                for (; done < way.Length && way[done] == now; done++)
                {
                    if (done != 1) Assert.NotNull(await DeleteAsync(id));
                    else await _catalog.Artifacts.SaveAsync((await _catalog.Deleted.FindAsync(id))!.Artifact, "", 0);
                }
            }
        }
    }

    [Fact]
    public async Task What_is_kept_of_an_artifact_that_is_there_goes_with_its_time_and_takes_nothing_along()
    {
        var id = await PublishAsync([await PutManifestAsync(await PutAsync("file"))]);
        // As a process leaves it that died before it deleted.
        await _catalog.Deleted.SaveAsync(new((await _catalog.Artifacts.FindAsync(id))!.Item, _time.GetUtcNow(), "ada"));
        _time.Advance(KeepDeletedFor + TimeSpan.FromHours(2));
        Assert.Equal(new(2, 0, 0, DeletedForGood: 1), await CollectAsync());
        Assert.Null(await _catalog.Deleted.FindAsync(id));
    }

    [Fact]
    public async Task A_deletion_is_never_dated_before_the_one_before_it()
    {
        var id = await PublishAsync([await PutManifestAsync(await PutAsync("file"))]);
        var found = (await _catalog.Artifacts.FindAsync(id))!;
        var ahead = _time.GetUtcNow().AddMinutes(5);
        await _catalog.Deleted.SaveAsync(new(found.Item, ahead, "of a clock that is ahead"));
        await DeleteAsync(id);
        Assert.Equal(ahead.AddTicks(1), (await _catalog.Deleted.FindAsync(id))!.DeletedAt);
    }

    [Fact]
    public async Task More_artifacts_than_a_page_of_the_catalog_are_all_marked()
    {
        var digests = await Task.WhenAll(Enumerable.Range(0, 510).Select(async i => await PutManifestAsync(await PutAsync($"{i}"))));
        await Task.WhenAll(digests.Select(d => PublishAsync([d])));
        _time.Advance(2 * Grace);
        Assert.Equal(new(1020, 0, 0), await CollectAsync());
    }

    private Task<GarbageCollection> CollectAsync() => Collector(_blobs).CollectAsync(Grace, KeepDeletedFor);

    private GarbageCollector Collector(IBlobStore blobs, ICatalog? catalog = null) => new(catalog ?? _catalog, blobs, _time, NullLogger<GarbageCollector>.Instance);

    private Task<Artifact?> DeleteAsync(ArtifactId id, TimeSpan? keepFor = null) =>
        new ArtifactDeleter(_catalog, Options.Create(new MaintenanceOptions { KeepDeletedFor = keepFor ?? KeepDeletedFor }), _time).DeleteAsync(id, "ada", keep: true, default);

    private async Task<Sha256Digest> PutAsync(string content) => (await _blobs.PutBytesAsync(System.Text.Encoding.UTF8.GetBytes(content))).Digest;

    private async Task<Sha256Digest> PutManifestAsync(params Sha256Digest[] files) => (await _blobs.PutBytesAsync(Manifest(files).Serialize())).Digest;

    private static Manifest Manifest(params Sha256Digest[] files) => new(files.Select((d, i) => new ManifestEntry($"file {i}", 1, d, 0)));

    private async Task<ArtifactId> PublishAsync(Sha256Digest[] manifests, Sha256Digest? rating = null)
    {
        var artifact = Samples.Artifact("name");
        await _catalog.Artifacts.SaveAsync(artifact with
        {
            Revisions = [.. manifests.Select(m => artifact.Head with { Manifest = m })],
            Rating = rating is { } document ? new RatingReference(document, 0.5, true, Samples.Noon) : null,
        }, null, 0);
        return artifact.Id;
    }

    /// <summary>Lets something happen just before the sweep looks at the blobs.</summary>
    private sealed class InterruptedBlobs(IBlobStore inner, Func<Task> before) : IBlobStore
    {
        public async IAsyncEnumerable<BlobInfo> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            // What the sweep is told is from before; what it deletes is decided after.
            var listed = await inner.ListAsync(cancellationToken).ToListAsync(cancellationToken);
            await before();
            foreach (var blob in listed) yield return blob;
        }

        public Task<BlobInfo> PutAsync(Stream content, Sha256Digest? expected, CancellationToken cancellationToken) => inner.PutAsync(content, expected, cancellationToken);
        public Task<BlobInfo?> FindAsync(Sha256Digest digest, CancellationToken cancellationToken) => inner.FindAsync(digest, cancellationToken);
        public Task CopyToAsync(Sha256Digest digest, long offset, long length, PipeWriter destination, CancellationToken cancellationToken) =>
            inner.CopyToAsync(digest, offset, length, destination, cancellationToken);
        public ValueTask<Uri?> GetDirectUriAsync(Sha256Digest digest, TimeSpan lifetime, CancellationToken cancellationToken) =>
            inner.GetDirectUriAsync(digest, lifetime, cancellationToken);
        public Task<bool> DeleteAsync(Sha256Digest digest, DateTimeOffset unlessPutSince, CancellationToken cancellationToken) =>
            inner.DeleteAsync(digest, unlessPutSince, cancellationToken);
    }
}
