using System.Diagnostics;
using System.IO.Compression;
using Acme.Registry.Artifacts;
using Acme.Registry.Download;
using Acme.Registry.Tests.Zip;
using Acme.Registry.Zip;
using Microsoft.Win32.SafeHandles;

namespace Acme.Registry.Tests.Download;

/// <summary>
/// Bundles beyond 4 GiB. Only their headers are made, by asking for the ranges between the contents, and are put at their places in a file
/// whose contents are holes; so the strict reader checks every field without 4 GiB being written.
/// </summary>
public sealed class BundleZip64Tests
{
    private readonly PatternBlobs _blobs = new();

    [Fact]
    public async Task A_file_of_exactly_the_deferring_size_needs_ZIP64_and_one_byte_less_does_not()
    {
        var plain = await LocalHeaderAsync(0xFFFFFFFE);
        Assert.Equal(30 + 1, plain.Length);
        Assert.Equal(20, BitConverter.ToUInt16(plain, 4));
        Assert.Equal(0xFFFFFFFE, BitConverter.ToUInt32(plain, 18));

        var large = await LocalHeaderAsync(0xFFFFFFFF);
        Assert.Equal(30 + 1 + 20, large.Length);
        Assert.Equal(45, BitConverter.ToUInt16(large, 4));
        Assert.Equal(0xFFFFFFFF, BitConverter.ToUInt32(large, 18));
        Assert.Equal(0xFFFFFFFF, BitConverter.ToUInt64(large, 30 + 1 + 4));

        async Task<byte[]> LocalHeaderAsync(long size)
        {
            var layout = BundleLayout.For(new Manifest([_blobs.Add("a", size)]), BundlePart.All);
            var head = await layout.ReadAsync(_blobs, 0, 100);
            return head[..(30 + BitConverter.ToUInt16(head, 26) + BitConverter.ToUInt16(head, 28))];
        }
    }

    public static TheoryData<long[]> Sizes =>
    [
        new([5_000_000_000]),
        new([0xFFFFFFFF - 31, 7]), // the second header at the deferring offset, the first size plain
        new([0xFFFFFFFF - 32, 7]), // one before it: only the directory's offset defers
        new([3_000_000_000, 3_000_000_000, 10]),
        new([10, 6_000_000_000, 0, 9_000_000_000, 1]),
    ];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task The_strict_reader_agrees_with_every_header_beyond_4_GiB(long[] sizes)
    {
        var manifest = new Manifest(sizes.Select((size, i) => _blobs.Add($"{i}", size)));
        await using var snapshot = await ZipSnapshot.OpenAsync(await SparseAsync(manifest, null), ZipLimits.Default);
        Assert.Equal(manifest.Entries.Select(e => (e.Path, e.Size)), snapshot.Files.Select(f => (f.Path, f.Size)));
    }

    [Fact]
    public async Task More_than_65535_files_are_counted_in_ZIP64()
    {
        var manifest = new Manifest(Enumerable.Range(0, 70_000).Select(i => _blobs.Add($"folder/{i}", i % 3)));
        var layout = BundleLayout.For(manifest, BundlePart.All);
        var zip = await layout.ReadAllAsync(_blobs);
        Assert.Equal(layout.Length, zip.Length);

        await using (var snapshot = await ZipReading.OpenAsync(zip)) Assert.Equal(70_000, snapshot.Files.Count);
        using var archive = new ZipArchive(new MemoryStream(zip));
        Assert.Equal(70_000, archive.Entries.Count);
    }

    [Theory]
    [InlineData(65_534, 22)]
    [InlineData(65_535, 22 + 76)]
    public async Task The_end_records_grow_at_65535_files(int count, int expected)
    {
        var file = _blobs.Add("x", 0);
        var layout = BundleLayout.For(new Manifest(Enumerable.Range(0, count).Select(i => file with { Path = $"{i:D6}" })), BundlePart.All);
        Assert.Equal(((30L + 6 + 46 + 6) * count) + expected, layout.Length);
        await using var snapshot = await ZipReading.OpenAsync(await layout.ReadAllAsync(_blobs));
        Assert.Equal(count, snapshot.Files.Count);
    }

    [Fact]
    public async Task Info_ZIP_finds_no_fault()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/unzip"), "Needs Info-ZIP's unzip at /usr/bin/unzip (apt-get install unzip).");
        var small = new Manifest([_blobs.Add("a/größe.txt", 5), _blobs.Add("b", 0), _blobs.Add("c", 300_000)]);
        Assert.Contains("No errors detected", await UnzipAsync("-t", small));
        Assert.Contains("5000000000", await UnzipAsync("-Z", new Manifest([_blobs.Add("a", 5_000_000_000), _blobs.Add("b", 1)])));
    }

    private async Task<string> UnzipAsync(string option, Manifest manifest)
    {
        var path = Path.Combine(Path.GetTempPath(), $"acme-test-{Guid.NewGuid():N}.zip");
        try
        {
            (await SparseAsync(manifest, path)).Dispose();
            using var unzip = Process.Start(new ProcessStartInfo("/usr/bin/unzip", [option, path]) { RedirectStandardOutput = true })!;
            var output = await unzip.StandardOutput.ReadToEndAsync();
            await unzip.WaitForExitAsync();
            Assert.Equal(0, unzip.ExitCode);
            return output;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Writes a bundle to a file; contents above 1 MiB are left as holes.</summary>
    private async Task<SafeFileHandle> SparseAsync(Manifest manifest, string? path)
    {
        const long largest = 1 << 20;
        var layout = BundleLayout.For(manifest, BundlePart.All);
        var file = path is null
            ? ZipReading.Spool([])
            : File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite);
        long position = 0;
        foreach (var entry in manifest.Entries)
        {
            var head = await layout.ReadAsync(_blobs, position, 30);
            var header = 30 + BitConverter.ToUInt16(head, 26) + BitConverter.ToUInt16(head, 28);
            var take = header + (entry.Size <= largest ? entry.Size : 0);
            await RandomAccess.WriteAsync(file, await layout.ReadAsync(_blobs, position, take), position);
            position += header + entry.Size;
        }
        await RandomAccess.WriteAsync(file, await layout.ReadAsync(_blobs, position, layout.Length - position), position);
        return file;
    }
}
