using System.Diagnostics;
using Acme.Registry.Artifacts;
using Acme.Registry.Local.Disk;
using Acme.Registry.Local.Sqlite;
using Acme.Registry.Storage;
using Acme.Storage.Conformance;

namespace Acme.Registry.Local.Tests;

/// <summary>The drivers on a disk of a few megabytes.</summary>
public sealed class DiskFullTests
{
    [Fact]
    public async Task A_blob_that_does_not_fit_is_refused_and_leaves_nothing()
    {
        await using var disk = await SmallDisk.MountAsync();
        using var blobs = new DiskBlobStore(disk.Path, TimeProvider.System);
        var small = await blobs.PutBytesAsync(new byte[100_000]);
        await Assert.ThrowsAsync<StorageFullException>(() => blobs.PutBytesAsync(new byte[20_000_000]));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(disk.Path, "incoming")));
        Assert.Equal([small.Digest], await blobs.ListAsync().Select(b => b.Digest).ToListAsync());
        Assert.Equal(5_000_000, (await blobs.PutBytesAsync(new byte[5_000_000])).Size);
    }

    [Fact]
    public async Task A_catalog_without_room_refuses_changes_keeps_what_it_has_and_goes_on_when_there_is_room_again()
    {
        await using var disk = await SmallDisk.MountAsync();
        var ballast = Path.Combine(disk.Path, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[4_000_000]);
        List<ArtifactId> saved = [];
        await using (var catalog = new SqliteCatalog(Path.Combine(disk.Path, "catalog.db")))
        {
            await catalog.PrepareAsync();
            var random = new Random(1);
            await Assert.ThrowsAsync<StorageFullException>(async () =>
            {
                for (var i = 0; i < 1000; i++)
                {
                    var artifact = Samples.Artifact($"number {i}");
                    await catalog.Artifacts.SaveAsync(artifact, random.GetHexString(20_000), 0);
                    saved.Add(artifact.Id);
                }
            });
            Assert.NotEmpty(saved);
            Assert.Equal(saved, await ListAsync(catalog));
            await Assert.ThrowsAsync<StorageFullException>(() => catalog.Artifacts.SaveAsync(Samples.Artifact("more"), random.GetHexString(200_000), 0));

            File.Delete(ballast);
            var last = Samples.Artifact("fits again");
            await catalog.Artifacts.SaveAsync(last, random.GetHexString(20_000), 0);
            saved.Add(last.Id);
        }
        await using (var catalog = new SqliteCatalog(Path.Combine(disk.Path, "catalog.db")))
        {
            await catalog.PrepareAsync();
            Assert.Equal(saved, await ListAsync(catalog));
        }
    }

    private static async Task<List<ArtifactId>> ListAsync(SqliteCatalog catalog) =>
        [.. (await Samples.AllPagesAsync(1000, cursor => catalog.Artifacts.ListAsync([ArtifactFilter.Everything], cursor, 1000))).Select(a => a.Id)];

    private sealed class SmallDisk : IAsyncDisposable
    {
        private readonly TemporaryDirectory _directory = new();

        public string Path => _directory.Path;

        public static async Task<SmallDisk> MountAsync()
        {
            var disk = new SmallDisk();
            if (await RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.Path)) return disk;
            disk._directory.Dispose();
            Assert.Skip("Needs Linux and the right to mount a tmpfs (root).");
            return disk;
        }

        public async ValueTask DisposeAsync()
        {
            await RunAsync("umount", Path);
            _directory.Dispose();
        }

        private static async Task<bool> RunAsync(string command, params string[] arguments)
        {
            if (!OperatingSystem.IsLinux()) return false;
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
    }
}
