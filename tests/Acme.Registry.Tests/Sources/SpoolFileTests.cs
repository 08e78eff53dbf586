using Acme.Registry.Sources;
using Acme.Registry.Storage;

namespace Acme.Registry.Tests.Sources;

public sealed class SpoolFileTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"acme-test-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task It_keeps_what_is_appended_and_leaves_no_name()
    {
        using var spool = SpoolFile.Create(_directory);
        await spool.CopyFromAsync(new MemoryStream([1, 2, 3]), 5);
        await spool.CopyFromAsync(new MemoryStream([4, 5]), 5);

        Assert.Equal(5, spool.Length);
        Assert.Equal([1, 2, 3, 4, 5], Contents(spool));
        if (!OperatingSystem.IsWindows()) Assert.Empty(Directory.GetFileSystemEntries(_directory));

        spool.Clear();
        Assert.Equal(0, RandomAccess.GetLength(spool.Handle));
    }

    [Fact]
    public async Task One_byte_more_than_it_may_hold_is_refused()
    {
        using var spool = SpoolFile.Create(_directory);
        var refusal = await Assert.ThrowsAsync<ContentTooLargeException>(() => spool.CopyFromAsync(new MemoryStream(new byte[6]), 5));
        Assert.Equal(5, refusal.MaxBytes);
    }

    [Fact]
    public async Task It_outlives_garbage_collection_and_being_handed_over()
    {
        var spool = SpoolFile.Create(_directory);
        await spool.CopyFromAsync(new MemoryStream([7]), 1);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var handle = spool.Release();
        spool.Dispose();
        var read = new byte[1];
        Assert.Equal(1, RandomAccess.Read(handle, read, 0));
        Assert.Equal(7, read[0]);
        Assert.Throws<ObjectDisposedException>(() => spool.Handle);
    }

    [Fact]
    public async Task The_errors_of_what_it_reads_come_through()
    {
        using var spool = SpoolFile.Create(_directory);
        await using var closed = new MemoryStream([1]);
        await closed.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => spool.CopyFromAsync(closed, 5));
    }

    [Fact]
    public void A_full_disk_is_told_from_other_errors()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Needs /dev/full, which Linux has.");
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        Assert.True(DiskFull.Is(Assert.Throws<IOException>(() => full.WriteByte(1))));
        Assert.False(DiskFull.Is(Assert.Throws<FileNotFoundException>(() => File.OpenRead(Path.Combine(_directory, "..", "no-such-file")))));
    }

    private static byte[] Contents(SpoolFile spool)
    {
        var bytes = new byte[spool.Length];
        Assert.Equal(bytes.Length, RandomAccess.Read(spool.Handle, bytes, 0));
        return bytes;
    }
}
