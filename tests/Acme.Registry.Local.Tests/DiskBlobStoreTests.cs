using Acme.Registry.Artifacts;
using Acme.Registry.Local.Disk;
using Acme.Registry.Maintenance;
using Acme.Registry.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Acme.Registry.Local.Tests;

public sealed class DiskBlobStoreTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31))];

    [Fact]
    public async Task A_blob_lies_under_the_first_characters_of_its_digest()
    {
        using var directory = new TemporaryDirectory();
        using var blobs = new DiskBlobStore(directory.Path, TimeProvider.System);
        var digest = (await blobs.PutBytesAsync(Content)).Digest;
        Assert.Equal(Content, await File.ReadAllBytesAsync(PathOf(directory, digest)));
        Assert.Empty(Directory.EnumerateFiles(directory["incoming"]));
    }

    [Fact]
    public void A_second_store_on_the_same_directory_is_refused_with_the_setting_to_change()
    {
        using var directory = new TemporaryDirectory();
        using (new DiskBlobStore(directory.Path, TimeProvider.System))
        {
            var refused = Assert.Throws<IOException>(() => new DiskBlobStore(directory.Path, TimeProvider.System));
            Assert.Contains("Data:Directory", refused.Message);
            Assert.Contains("in use", refused.Message);
            Assert.Contains(directory.Path, refused.Message);
        }
        new DiskBlobStore(directory.Path, TimeProvider.System).Dispose();
    }

    [Fact]
    public void A_data_directory_that_is_a_file_is_refused_with_the_setting_to_change()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["file"], "");
        foreach (var path in new[] { directory["file"], Path.Combine(directory["file"], "below") })
        {
            Assert.Contains("Data:Directory", Assert.Throws<IOException>(() => new DiskBlobStore(path, TimeProvider.System)).Message);
        }
    }

    [Fact]
    public void A_directory_that_cannot_be_used_is_let_go_of_again()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["blobs"], "in the way");
        Assert.Contains("Data:Directory", Assert.Throws<IOException>(() => new DiskBlobStore(directory.Path, TimeProvider.System)).Message);
        File.Delete(directory["blobs"]);
        new DiskBlobStore(directory.Path, TimeProvider.System).Dispose();
    }

    [Fact]
    public async Task What_a_dead_process_left_half_written_is_removed_at_the_start_and_blobs_stay()
    {
        using var directory = new TemporaryDirectory();
        Sha256Digest digest;
        using (var blobs = new DiskBlobStore(directory.Path, TimeProvider.System)) digest = (await blobs.PutBytesAsync(Content)).Digest;
        await File.WriteAllTextAsync(Path.Combine(directory["incoming"], "left-over"), "half");
        using (var blobs = new DiskBlobStore(directory.Path, TimeProvider.System))
        {
            Assert.Empty(Directory.EnumerateFiles(directory["incoming"]));
            Assert.Equal(Content, await blobs.ReadAllBytesAsync(digest));
        }
    }

    [Fact]
    public async Task Files_that_are_not_blobs_are_not_listed()
    {
        using var directory = new TemporaryDirectory();
        using var blobs = new DiskBlobStore(directory.Path, TimeProvider.System);
        var digest = (await blobs.PutBytesAsync(Content)).Digest;
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(PathOf(directory, digest))!, "notes.txt"), "mine");
        Assert.Equal([digest], await blobs.ListAsync().Select(b => b.Digest).ToListAsync());
    }

    [Theory]
    [InlineData("flipped")]
    [InlineData("shortened")]
    [InlineData("emptied")]
    [InlineData("lengthened")]
    public async Task A_damaged_blob_is_found_by_the_scrub_and_mended_by_putting_it_again(string damage)
    {
        using var directory = new TemporaryDirectory();
        using var blobs = new DiskBlobStore(directory.Path, TimeProvider.System);
        var scrubber = new Scrubber(blobs, NullLogger<Scrubber>.Instance);
        for (var i = 1; i < 5; i++) await blobs.PutBytesAsync(Content.AsMemory(i));
        var digest = (await blobs.PutBytesAsync(Content)).Digest;
        Assert.Empty((await scrubber.ScrubAsync()).Damaged);

        byte[] bytes = damage switch
        {
            "flipped" => [.. Content[..500], (byte)(Content[500] ^ 1), .. Content[501..]],
            "shortened" => Content[..^1],
            "emptied" => [],
            _ => [.. Content, 0],
        };
        await File.WriteAllBytesAsync(PathOf(directory, digest), bytes);
        var report = await scrubber.ScrubAsync();
        Assert.Equal([digest], report.Damaged);
        Assert.Equal(5, report.Blobs);

        await blobs.PutBytesAsync(Content);
        Assert.Empty((await scrubber.ScrubAsync()).Damaged);
        Assert.Equal(Content, await blobs.ReadAllBytesAsync(digest));
    }

    private static string PathOf(TemporaryDirectory directory, Sha256Digest digest)
    {
        var hex = digest.ToString();
        return Path.Combine(directory["blobs"], hex[..2], hex[2..4], hex);
    }
}
