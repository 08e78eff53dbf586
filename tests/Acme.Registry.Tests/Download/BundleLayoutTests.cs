using System.IO.Compression;
using System.IO.Pipelines;
using Acme.Registry.Artifacts;
using Acme.Registry.Download;
using Acme.Registry.Storage;
using Acme.Registry.Tests.Zip;
using FsCheck;
using FsCheck.Fluent;

namespace Acme.Registry.Tests.Download;

public sealed class BundleLayoutTests
{
    private readonly PatternBlobs _blobs = new();

    public static TheoryData<string[], int[]> Contents => new()
    {
        { [], [] },
        { ["empty"], [0] },
        { ["config.json"], [10] },
        { ["a", "b/c", "b/d", "größe/表.txt", "z"], [0, 1, 70_000, 4096, 0] },
        { [new string('n', 300), "x"], [5, 200_000] },
    };

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task Other_readers_and_our_own_find_the_files_in_it(string[] paths, int[] sizes)
    {
        var manifest = Manifest(paths, sizes);
        var layout = BundleLayout.For(manifest, BundlePart.All);
        var zip = await layout.ReadAllAsync(_blobs);
        Assert.Equal(layout.Length, zip.Length);
        Assert.Equal(paths.Length, layout.FileCount);

        using (var archive = new ZipArchive(new MemoryStream(zip)))
        {
            Assert.Equal(manifest.Entries.Select(e => e.Path), archive.Entries.Select(e => e.FullName));
            foreach (var (entry, file) in archive.Entries.Zip(manifest.Entries))
            {
                using var content = new MemoryStream();
                using var stream = entry.Open();
                stream.CopyTo(content);
                Assert.Equal(PatternBlobs.Content(file), content.ToArray());
                Assert.Equal(file.Crc32, entry.Crc32);
                Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime);
                Assert.Equal(0x81A4, entry.ExternalAttributes >>> 16);
            }
        }
        if (paths.Length == 0) return;

        await using var snapshot = await ZipReading.OpenAsync(zip);
        Assert.Equal(manifest.Entries.Select(e => e.Path), snapshot.Files.Select(f => f.Path));
        foreach (var (read, file) in snapshot.Files.Zip(manifest.Entries)) Assert.Equal(PatternBlobs.Content(file), await ZipReading.ReadAsync(read));
    }

    [Fact]
    public async Task Files_that_arrive_while_it_is_written_make_no_difference_to_its_bytes()
    {
        var stored = Manifest(["a", "b/c", "d", "e"], [100, 70_000, 0, 3000]);
        var crcs = stored.Entries.ToDictionary(e => e.Path, e => e.Crc32!.Value);
        var remote = new Manifest(stored.Entries.Select((e, i) => i % 2 == 0 ? e : e with { Crc32 = null, Remote = new("https://example.com/" + e.Path) }));
        var (before, after) = (BundleLayout.For(remote, BundlePart.All), BundleLayout.For(stored, BundlePart.All));
        Assert.Equal(after.ETag, before.ETag);
        Assert.Equal(["b/c", "e"], before.RemoteFiles.Select(f => f.Path));
        Assert.Empty(after.RemoteFiles);
        var whole = await after.ReadAllAsync(_blobs);
        foreach (var offset in new long[] { 0, 50, 300, 40_000, whole.Length - 200, whole.Length - 5 })
        {
            var arrived = new List<string>();
            using var bytes = new MemoryStream();
            var writer = PipeWriter.Create(bytes, new(leaveOpen: true));
            await before.CopyToAsync(_blobs, offset, before.Length - offset, writer, (file, _) =>
            {
                arrived.Add(file.Path);
                return Task.FromResult(crcs[file.Path]);
            });
            await writer.CompleteAsync();
            Assert.Equal(whole[(int)offset..], bytes.ToArray());
            // The end records describe no file, and wait for none.
            Assert.Equal(offset < whole.Length - 22, arrived.Contains("e"));
        }
    }

    [Fact]
    public void Any_range_is_that_slice_of_the_whole()
    {
        var ranges =
            from count in Gen.Choose(0, 6)
            from sizes in Gen.Frequency((1, Gen.Constant(0)), (3, Gen.Choose(1, 40)), (1, Gen.Choose(4000, 9000))).ArrayOf(count)
            from offset in Gen.Choose(0, 1000)
            from length in Gen.Choose(0, 1000)
            select (sizes, offset, length);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(400),
            Prop.ForAll(ranges.ToArbitrary(), async range =>
            {
                var layout = BundleLayout.For(Manifest([.. range.sizes.Select((_, i) => $"file-{i}")], range.sizes), BundlePart.All);
                var whole = await layout.ReadAllAsync(_blobs);
                var offset = layout.Length * range.offset / 1000;
                var length = (layout.Length - offset) * range.length / 1000;
                var slice = await layout.ReadAsync(_blobs, offset, length);
                Assert.Equal(whole.AsSpan((int)offset, (int)length).ToArray(), slice);
            }));
    }

    [Fact]
    public async Task Every_single_byte_can_be_asked_for()
    {
        var layout = BundleLayout.For(Manifest(["a", "b", "c"], [3, 0, 2]), BundlePart.All);
        var whole = await layout.ReadAllAsync(_blobs);
        for (var i = 0; i < whole.Length; i++) Assert.Equal(whole[i], Assert.Single(await layout.ReadAsync(_blobs, i, 1)));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 1000)]
    [InlineData(1000, 0)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public async Task A_range_outside_is_an_error(long offset, long length)
    {
        var layout = BundleLayout.For(Manifest(["a"], [1]), BundlePart.All);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => layout.ReadAsync(_blobs, offset, length));
    }

    [Fact]
    public async Task Equal_files_give_equal_bytes_and_tags_whatever_the_order_they_came_in()
    {
        var one = BundleLayout.For(Manifest(["a", "b"], [3, 4]), BundlePart.All);
        var other = BundleLayout.For(Manifest(["b", "a"], [4, 3]), BundlePart.All);
        Assert.Equal(await one.ReadAllAsync(_blobs), await other.ReadAllAsync(_blobs));
        Assert.Equal(one.ETag, other.ETag);
        Assert.Matches("^\"[0-9a-f]{40}-zip1\"$", one.ETag);
        Assert.NotEqual(one.ETag, BundleLayout.For(Manifest(["a", "b"], [3, 5]), BundlePart.All).ETag);
    }

    [Fact]
    public async Task A_part_holds_its_files_only()
    {
        var manifest = Manifest(["README.md", "data/train.csv", "model.safetensors"], [1, 2, 3]);
        var weights = BundleLayout.For(manifest, BundlePart.Weights);
        Assert.Equal(["model.safetensors"], (await ZipReading.ReadAllAsync(await weights.ReadAllAsync(_blobs))).Keys);
        var datasets = BundleLayout.For(manifest, BundlePart.Datasets);
        Assert.Equal(["data/train.csv"], (await ZipReading.ReadAllAsync(await datasets.ReadAllAsync(_blobs))).Keys);
        Assert.NotEqual(weights.ETag, datasets.ETag);
    }

    [Fact]
    public async Task Writing_ends_when_nobody_reads_any_more()
    {
        var layout = BundleLayout.For(Manifest([.. Enumerable.Range(0, 100).Select(i => $"{i}")], [.. Enumerable.Repeat(10_000, 100)]), BundlePart.All);
        var pipe = new Pipe();
        var copy = layout.CopyToAsync(_blobs, 0, layout.Length, pipe.Writer);
        await pipe.Reader.ReadAsync();
        await pipe.Reader.CompleteAsync();
        await copy;
        Assert.InRange(_blobs.Copies, 1, 20);
    }

    [Fact]
    public async Task A_file_that_is_gone_is_an_error()
    {
        var manifest = new Manifest([new ManifestEntry("a", 1, Sha256Digest.Of("gone"u8), 0)]);
        await Assert.ThrowsAsync<BlobNotFoundException>(() => BundleLayout.For(manifest, BundlePart.All).ReadAllAsync(_blobs));
    }

    [Fact]
    public void A_path_that_no_ZIP_can_hold_is_an_error()
    {
        var manifest = Manifest([new string('x', 65_536)], [1]);
        Assert.Throws<ArgumentException>(() => BundleLayout.For(manifest, BundlePart.All));
    }

    private Manifest Manifest(string[] paths, int[] sizes) => new(paths.Zip(sizes, (path, size) => _blobs.Add(path, size)));
}
