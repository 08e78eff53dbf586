using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Audit;
using Acme.Registry.Local.Disk;
using Acme.Registry.Local.Sqlite;
using Acme.Registry.Maintenance;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using Acme.Storage.Conformance;

namespace Acme.Registry.Local.Tests;

public sealed class RegistryCopyTests : IAsyncLifetime
{
    private readonly Side _from = new();
    private readonly Side _to = new();

    public async ValueTask InitializeAsync() => await _from.Catalog.PrepareAsync();

    public async ValueTask DisposeAsync()
    {
        await _from.DisposeAsync();
        await _to.DisposeAsync();
    }

    [Fact]
    public async Task Everything_is_there_afterwards()
    {
        await _from.Catalog.Users.SaveAsync(Samples.User("ada"), 0);
        var artifact = await _from.PublishAsync("acme/model", ["A card about tulips.", "older weights"], ["A card about tulips.", "newer weights"]);
        var gone = await _from.PublishAsync("gone", ["x"]);
        await _from.Catalog.Artifacts.DeleteAsync(gone.Id);
        var deletion = new DeletedArtifact(gone, Samples.Noon, "ada");
        await _from.Catalog.Deleted.SaveAsync(deletion);
        var entries = new[] { Samples.Entry(artifact.Id, AuditAction.Create), Samples.Entry(artifact.Id, user: "root"), Samples.Entry(gone.Id, AuditAction.Delete) };
        foreach (var entry in entries) await _from.Catalog.Audit.AppendAsync(entry);

        var report = await CopyAsync();

        Assert.Equal((1, 1L, 1, 3L), (report.Users, report.Artifacts, report.Deleted, report.AuditEntries));
        Assert.Empty(report.Failures);
        Assert.Equal(Samples.User("ada"), (await _to.Catalog.Users.FindAsync("ada"))!.Item);
        Assert.Equal(Samples.Json(artifact), Samples.Json((await _to.Catalog.Artifacts.FindAsync(artifact.Id))!.Item));
        foreach (var digest in await _from.DigestsAsync(artifact)) Assert.Equal(await _from.Blobs.ReadAllBytesAsync(digest), await _to.Blobs.ReadAllBytesAsync(digest));
        Assert.Null(await _to.Catalog.Artifacts.FindAsync(gone.Id));
        Assert.Equal(Samples.Json(deletion), Samples.Json(await _to.Catalog.Deleted.FindAsync(gone.Id)));
        foreach (var digest in await _from.DigestsAsync(gone)) Assert.NotNull(await _to.Blobs.FindAsync(digest));
        Assert.Single((await _to.Catalog.Artifacts.SearchAsync(SearchPattern.Parse("tulips"), null, 10)).Items);
        Assert.Equal(entries[..2], (await _to.Catalog.Audit.ListAsync(artifact.Id, null, 10)).Items);
        Assert.Single((await _to.Catalog.Audit.ListAsync(gone.Id, null, 10)).Items);
    }

    [Fact]
    public async Task Run_again_it_brings_only_what_has_come_since()
    {
        var artifact = await _from.PublishAsync("first", ["one"]);
        await _from.Catalog.Audit.AppendAsync(Samples.Entry(artifact.Id));
        await CopyAsync();
        var version = (await _to.Catalog.Artifacts.FindAsync(artifact.Id))!.Version;
        var later = await _from.PublishAsync("second", ["two"]);
        await _from.Catalog.Audit.AppendAsync(Samples.Entry(artifact.Id, AuditAction.Rate));

        var report = await CopyAsync();

        Assert.Equal(2, report.Artifacts);
        Assert.Equal(version, (await _to.Catalog.Artifacts.FindAsync(artifact.Id))!.Version);
        Assert.NotNull(await _to.Catalog.Artifacts.FindAsync(later.Id));
        Assert.Equal([AuditAction.Download, AuditAction.Rate], (await _to.Catalog.Audit.ListAsync(artifact.Id, null, 10)).Items.Select(e => e.Action));
    }

    [Fact]
    public async Task Cut_off_it_goes_on_where_it_was()
    {
        for (var i = 0; i < 10; i++) await _from.PublishAsync($"model-{i}", [$"file {i}"]);
        using var stop = new CancellationTokenSource();
        var progress = new Synchronous(p =>
        {
            if (p.Artifacts == 4) stop.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CopyAsync(progress, stop.Token));
        await _to.Catalog.PrepareAsync();
        Assert.InRange((await _to.Catalog.Artifacts.ListAsync([ArtifactFilter.Everything], null, 100)).Items.Count, 4, 9);

        Assert.Equal(10, (await CopyAsync()).Artifacts);
        Assert.Equal(10, (await _to.Catalog.Artifacts.ListAsync([ArtifactFilter.Everything], null, 100)).Items.Count);
    }

    [Fact]
    public async Task A_file_that_is_not_what_its_digest_says_keeps_its_artifact_out_and_the_others_go_on()
    {
        var bad = await _from.PublishAsync("bad", ["will be damaged"]);
        var good = await _from.PublishAsync("good", ["stays as it is"]);
        var digest = Sha256Digest.Of("will be damaged"u8);
        var file = Directory.EnumerateFiles(_from.Path, "*", SearchOption.AllDirectories).Single(f => Path.GetFileName(f).Contains(digest.ToString(), StringComparison.Ordinal));
        File.SetAttributes(file, FileAttributes.Normal);
        await File.WriteAllBytesAsync(file, Encoding.UTF8.GetBytes("was damaged now"));

        var report = await CopyAsync();

        Assert.Contains(bad.Id.ToString(), Assert.Single(report.Failures), StringComparison.Ordinal);
        Assert.Equal(1, report.Artifacts);
        Assert.Null(await _to.Catalog.Artifacts.FindAsync(bad.Id));
        Assert.Null(await _to.Blobs.FindAsync(digest));
        Assert.NotNull(await _to.Catalog.Artifacts.FindAsync(good.Id));
    }

    [Fact]
    public async Task A_file_that_is_not_here_yet_is_copied_as_what_it_is()
    {
        var later = Sha256Digest.Of("not here"u8);
        var artifact = await _from.PublishAsync(new Manifest([new("weights.bin", 8, later, null, new Uri("https://example.org/weights.bin"))]));

        Assert.Empty((await CopyAsync()).Failures);

        var manifest = Manifest.Deserialize(await _to.Blobs.ReadAllBytesAsync((await _to.Catalog.Artifacts.FindAsync(artifact.Id))!.Item.Head.Manifest));
        Assert.NotNull(Assert.Single(manifest.Entries).Remote);
    }

    private Task<CopyReport> CopyAsync(IProgress<CopyProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new RegistryCopy(_from.Catalog, _from.Blobs, _to.Catalog, _to.Blobs, TimeProvider.System).RunAsync(progress, cancellationToken);

    private sealed class Synchronous(Action<CopyProgress> report) : IProgress<CopyProgress>
    {
        public void Report(CopyProgress value) => report(value);
    }

    /// <summary>A registry on the embedded drivers.</summary>
    private sealed class Side : IAsyncDisposable
    {
        private readonly TemporaryDirectory _directory = new();

        public Side()
        {
            Catalog = new(_directory["catalog.db"]);
            Blobs = new(_directory.Path, TimeProvider.System);
        }

        public string Path => _directory.Path;

        public SqliteCatalog Catalog { get; }

        public DiskBlobStore Blobs { get; }

        public async Task<Artifact> PublishAsync(string name, params string[][] revisions)
        {
            var published = new List<Revision>();
            foreach (var texts in revisions)
            {
                var entries = new List<ManifestEntry>();
                foreach (var text in texts)
                {
                    var content = Encoding.UTF8.GetBytes(text);
                    entries.Add(new(entries.Count == 0 ? "README.md" : $"file-{entries.Count}", content.Length, (await Blobs.PutBytesAsync(content)).Digest, 0));
                }
                published.Add(await RevisionAsync(new(entries)));
            }
            return await SaveAsync(name, published);
        }

        public async Task<Artifact> PublishAsync(Manifest manifest) => await SaveAsync("remote", [await RevisionAsync(manifest)]);

        public async Task<IReadOnlyList<Sha256Digest>> DigestsAsync(Artifact artifact)
        {
            var digests = artifact.DirectBlobs().ToList();
            foreach (var revision in artifact.Revisions) digests.AddRange(Manifest.Deserialize(await Blobs.ReadAllBytesAsync(revision.Manifest)).Entries.Select(e => e.Digest));
            return digests;
        }

        public async ValueTask DisposeAsync()
        {
            await Catalog.DisposeAsync();
            Blobs.Dispose();
            _directory.Dispose();
        }

        private async Task<Revision> RevisionAsync(Manifest manifest) =>
            new(manifest.RevisionId(), (await Blobs.PutBytesAsync(manifest.Serialize())).Digest, "https://example.org", Samples.Noon, "ada", manifest.TotalSize, manifest.Entries.Count);

        private async Task<Artifact> SaveAsync(string name, IReadOnlyList<Revision> revisions)
        {
            var artifact = Samples.Artifact(name) with { Revisions = revisions };
            await Catalog.Artifacts.SaveAsync(artifact, null, 0);
            return artifact;
        }
    }
}
