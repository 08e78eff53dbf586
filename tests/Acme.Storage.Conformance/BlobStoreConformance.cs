using System.IO.Pipelines;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Storage.Conformance;

/// <summary>What <see cref="IBlobStore"/> promises. "Always" and "never" stand for times far away, so that a store may have its own clock.</summary>
public abstract class BlobStoreConformance
{
    private static readonly DateTimeOffset Never = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset Always = new(2999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    protected abstract Task<StoreUnderTest<IBlobStore>> CreateAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(512 * 1024)]
    [InlineData(512 * 1024 + 1)]
    [InlineData(3_000_000)]
    public async Task What_was_put_comes_back_byte_for_byte_also_after_reopening(int size)
    {
        await using var blobs = await CreateAsync();
        var content = Content(size);
        var put = await blobs.Store.PutAsync(new Trickle(content));
        Assert.Equal(Sha256Digest.Of(content), put.Digest);
        Assert.Equal(size, put.Size);
        await blobs.ReopenAsync();
        Assert.Equal(put, await blobs.Store.FindAsync(put.Digest));
        Assert.Equal(content, await blobs.Store.ReadAllBytesAsync(put.Digest));
    }

    [Fact]
    public async Task Reading_begins_where_the_stream_stands()
    {
        await using var blobs = await CreateAsync();
        using var stream = new MemoryStream([1, 2, 3, 4]) { Position = 2 };
        Assert.Equal(Sha256Digest.Of([3, 4]), (await blobs.Store.PutAsync(stream)).Digest);
        Assert.True(stream.CanRead, "The stream was disposed of.");
    }

    [Fact]
    public async Task Content_with_another_digest_than_announced_is_refused_and_not_stored()
    {
        await using var blobs = await CreateAsync();
        var content = Content(1000);
        var announced = Sha256Digest.Of("something else"u8);
        var refused = await Assert.ThrowsAsync<DigestMismatchException>(() => blobs.Store.PutAsync(new MemoryStream(content), announced));
        Assert.Equal((announced, Sha256Digest.Of(content)), (refused.Expected, refused.Actual));
        Assert.Null(await blobs.Store.FindAsync(announced));
        Assert.Null(await blobs.Store.FindAsync(Sha256Digest.Of(content)));
        Assert.Empty(await ListAsync(blobs.Store));
        Assert.Equal(Sha256Digest.Of(content), (await blobs.Store.PutAsync(new MemoryStream(content), Sha256Digest.Of(content))).Digest);
    }

    [Fact]
    public async Task A_put_whose_stream_fails_or_that_is_cancelled_leaves_nothing()
    {
        await using var blobs = await CreateAsync();
        await Assert.ThrowsAsync<InvalidDataException>(() => blobs.Store.PutAsync(new Trickle(Content(1_000_000), failAt: 700_000)));
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => blobs.Store.PutAsync(new Trickle(Content(1_000_000), at: 700_000, cancel.Cancel), null, cancel.Token));
        Assert.Empty(await ListAsync(blobs.Store));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(999_999, 1)]
    [InlineData(1_000_000, 0)]
    [InlineData(123_456, 654_321)]
    [InlineData(0, 1_000_000)]
    public async Task A_range_is_read_exactly(int offset, int length)
    {
        await using var blobs = await CreateAsync();
        var content = Content(1_000_000);
        var put = await blobs.Store.PutBytesAsync(content);
        Assert.Equal(content[offset..(offset + length)], await blobs.Store.ReadBytesAsync(put.Digest, offset, length));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 11)]
    [InlineData(10, 1)]
    [InlineData(11, 0)]
    [InlineData(5, long.MaxValue)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public async Task A_range_outside_the_blob_is_refused_before_anything_is_written(long offset, long length)
    {
        await using var blobs = await CreateAsync();
        var put = await blobs.Store.PutBytesAsync(Content(10));
        var pipe = new Pipe();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => blobs.Store.CopyToAsync(put.Digest, offset, length, pipe.Writer));
        await pipe.Writer.CompleteAsync();
        Assert.True((await pipe.Reader.ReadAsync()).Buffer.IsEmpty);
    }

    [Fact]
    public async Task What_was_never_put_is_not_there_for_any_question()
    {
        await using var blobs = await CreateAsync();
        var digest = Sha256Digest.Of("nothing"u8);
        Assert.Null(await blobs.Store.FindAsync(digest));
        Assert.Null(await blobs.Store.GetDirectUriAsync(digest, TimeSpan.FromMinutes(1)));
        Assert.False(await blobs.Store.DeleteAsync(digest, Always));
        var refused = await Assert.ThrowsAsync<BlobNotFoundException>(() => blobs.Store.CopyToAsync(digest, 0, 0, new Pipe().Writer));
        Assert.Equal(digest, refused.Digest);
    }

    [Fact]
    public async Task Copying_ends_quietly_when_the_reader_has_gone()
    {
        await using var blobs = await CreateAsync();
        var put = await blobs.Store.PutBytesAsync(Content(3_000_000));
        var pipe = new Pipe();
        var copy = blobs.Store.CopyToAsync(put.Digest, 0, put.Size, pipe.Writer);
        var read = await pipe.Reader.ReadAsync();
        pipe.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        await pipe.Reader.CompleteAsync();
        await copy;
    }

    [Fact]
    public async Task Copying_waits_for_a_slow_reader_and_can_be_cancelled_then()
    {
        await using var blobs = await CreateAsync();
        var put = await blobs.Store.PutBytesAsync(Content(3_000_000));
        var pipe = new Pipe();
        using var cancel = new CancellationTokenSource();
        var copy = blobs.Store.CopyToAsync(put.Digest, 0, put.Size, pipe.Writer, cancel.Token);
        var read = await pipe.Reader.ReadAsync();
        Assert.False(read.IsCompleted);
        Assert.True(read.Buffer.Length < put.Size, "The whole blob was buffered for a reader that did not read.");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copy);
    }

    [Fact]
    public async Task A_read_that_has_begun_finishes_although_the_blob_is_deleted()
    {
        await using var blobs = await CreateAsync();
        var content = Content(3_000_000);
        var put = await blobs.Store.PutBytesAsync(content);
        var pipe = new Pipe();
        var copy = CopyAsync();
        var read = await pipe.Reader.ReadAsync();
        pipe.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
        Assert.True(await blobs.Store.DeleteAsync(put.Digest, Always));
        Assert.Null(await blobs.Store.FindAsync(put.Digest));

        using var received = new MemoryStream();
        await pipe.Reader.CopyToAsync(received);
        await copy;
        Assert.Equal(content, received.ToArray());

        async Task CopyAsync()
        {
            await blobs.Store.CopyToAsync(put.Digest, 0, put.Size, pipe.Writer);
            await pipe.Writer.CompleteAsync();
        }
    }

    [Fact]
    public async Task Deleting_spares_what_was_put_at_or_after_the_time()
    {
        await using var blobs = await CreateAsync();
        var put = await blobs.Store.PutBytesAsync(Content(10));
        Assert.False(await blobs.Store.DeleteAsync(put.Digest, Never));
        Assert.False(await blobs.Store.DeleteAsync(put.Digest, put.PutAt));
        Assert.NotNull(await blobs.Store.FindAsync(put.Digest));
        Assert.True(await blobs.Store.DeleteAsync(put.Digest, Always));
        Assert.False(await blobs.Store.DeleteAsync(put.Digest, Always));
        await blobs.ReopenAsync();
        Assert.Null(await blobs.Store.FindAsync(put.Digest));
    }

    [Fact]
    public async Task Putting_again_renews_the_time_and_a_delete_from_before_spares_it()
    {
        await using var blobs = await CreateAsync();
        var first = await blobs.Store.PutBytesAsync(Content(10));
        var second = await blobs.Store.PutBytesAsync(Content(10));
        while (second.PutAt == first.PutAt)
        {
            // A store's clock may be coarser than a put is quick.
            await Task.Delay(10);
            second = await blobs.Store.PutBytesAsync(Content(10));
        }
        Assert.True(second.PutAt > first.PutAt);
        Assert.Equal(second, await blobs.Store.FindAsync(first.Digest));
        Assert.False(await blobs.Store.DeleteAsync(first.Digest, second.PutAt));
        Assert.Single(await ListAsync(blobs.Store));
    }

    [Fact]
    public async Task The_listing_has_every_blob_once()
    {
        await using var blobs = await CreateAsync();
        List<BlobInfo> put = [];
        for (var i = 0; i < 50; i++) put.Add(await blobs.Store.PutBytesAsync(Content(i)));
        await blobs.Store.PutBytesAsync(Content(7));
        put[7] = (await blobs.Store.FindAsync(put[7].Digest))!;
        await blobs.Store.DeleteAsync(put[0].Digest, Always);
        Assert.Equal(put.Skip(1).OrderBy(b => b.Digest.ToString()), (await ListAsync(blobs.Store)).OrderBy(b => b.Digest.ToString()));
    }

    [Fact]
    public async Task Many_puts_of_the_same_bytes_at_once_all_succeed_and_make_one_blob()
    {
        await using var blobs = await CreateAsync();
        var content = Content(300_000);
        var results = await Samples.AtOnceAsync(20, _ => blobs.Store.PutAsync(new Trickle(content)));
        Assert.Equal(20, results.OfType<BlobInfo>().Count(b => b.Digest == Sha256Digest.Of(content) && b.Size == content.Length));
        Assert.Single(await ListAsync(blobs.Store));
        Assert.Equal(content, await blobs.Store.ReadAllBytesAsync(Sha256Digest.Of(content)));
    }

    [Fact]
    public async Task A_put_is_never_undone_by_a_delete_that_spares_its_time()
    {
        await using var blobs = await CreateAsync();
        var content = Content(5000);
        var digest = Sha256Digest.Of(content);
        using var done = new CancellationTokenSource();
        var latest = (await blobs.Store.PutBytesAsync(content)).PutAt.UtcTicks;
        var collector = Task.Run(async () =>
        {
            // What a collector does: it spares whatever was put since a time that it took earlier.
            while (!done.IsCancellationRequested)
            {
                await blobs.Store.DeleteAsync(digest, new DateTimeOffset(Volatile.Read(ref latest), TimeSpan.Zero));
            }
        });
        for (var i = 0; i < 200; i++)
        {
            var put = await blobs.Store.PutBytesAsync(content);
            Volatile.Write(ref latest, put.PutAt.UtcTicks);
            Assert.NotNull(await blobs.Store.FindAsync(digest));
            Assert.Equal(content, await blobs.Store.ReadAllBytesAsync(digest));
        }
        await done.CancelAsync();
        await collector;
    }

    [Fact]
    public async Task Readers_among_puts_and_deletes_see_the_whole_blob_or_none()
    {
        await using var blobs = await CreateAsync();
        var content = Content(700_000);
        var digest = Sha256Digest.Of(content);
        using var done = new CancellationTokenSource();
        var churn = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await blobs.Store.PutBytesAsync(content);
                await blobs.Store.DeleteAsync(digest, Always);
            }
        });
        var whole = 0;
        for (var i = 0; i < 2000 && whole < 20; i++)
        {
            try
            {
                Assert.Equal(content, await blobs.Store.ReadBytesAsync(digest, 0, content.Length));
                whole++;
            }
            catch (BlobNotFoundException)
            {
                await Task.Yield();
            }
        }
        await done.CancelAsync();
        await churn;
        Assert.True(whole > 0, "No read ever met the blob.");
    }

    private static byte[] Content(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        return content;
    }

    private static async Task<List<BlobInfo>> ListAsync(IBlobStore blobs)
    {
        List<BlobInfo> listed = [];
        await foreach (var blob in blobs.ListAsync()) listed.Add(blob);
        return listed;
    }
}
