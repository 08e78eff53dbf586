using System.IO.Pipelines;
using Acme.Registry.Postgres.Blobs;
using Acme.Registry.Storage;
using Acme.Storage.Engines;
using Npgsql;

namespace Acme.Registry.Postgres.Tests;

public sealed class PostgresBlobStoreTests : IAsyncLifetime
{
    private PostgresCluster _cluster = null!;
    private string _connection = null!;
    private PostgresBlobStore _blobs = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(PostgresCluster.IsAvailable, "PostgreSQL is not installed.");
        _cluster = await PostgresCluster.SharedAsync();
        _connection = await _cluster.CreateDatabaseAsync();
        _blobs = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await _blobs.DisposeAsync();
        await _cluster.DropDatabaseAsync(_connection);
    }

    [Fact]
    public async Task A_slow_reader_keeps_no_snapshot_and_its_bytes_stay_until_it_has_them()
    {
        var content = new byte[9_000_000];
        new Random(1).NextBytes(content);
        var put = await _blobs.PutBytesAsync(content);
        var pipe = new Pipe();
        var copy = Task.Run(async () =>
        {
            await _blobs.CopyToAsync(put.Digest, 0, put.Size, pipe.Writer);
            await pipe.Writer.CompleteAsync();
        });
        var read = await pipe.Reader.ReadAsync();
        pipe.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
        // Until the window that is fetched ahead is here.
        while ((long)(await ExecuteAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"))! > 0) await Task.Delay(10);
        Assert.Equal(0L, await ExecuteAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL"));

        await using var other = Open();
        Assert.True(await other.DeleteAsync(put.Digest, DateTimeOffset.MaxValue));
        Assert.Empty(await other.ListAsync().ToListAsync());
        Assert.Equal(9L, await ExecuteAsync("SELECT count(*) FROM blob_chunk"));
        using var received = new MemoryStream();
        await pipe.Reader.CopyToAsync(received);
        await copy;
        Assert.Equal(content, received.ToArray());
        Assert.Empty(await other.ListAsync().ToListAsync());
        Assert.Equal(0L, await ExecuteAsync("SELECT count(*) FROM blob_chunk"));
    }

    [Fact]
    public async Task What_a_dead_process_left_half_written_is_removed_and_what_a_living_one_writes_is_not()
    {
        await _blobs.PutBytesAsync(new byte[10]);
        await ExecuteAsync("INSERT INTO blob_leftover VALUES (1000, now() - interval '1 hour'); INSERT INTO blob_chunk VALUES (1000, 0, 'half')");
        var stream = new GatedStream(new byte[5_000_000]);
        var put = _blobs.PutAsync(stream);
        await stream.Reached;
        await ExecuteAsync("UPDATE blob_leftover SET since = now() - interval '1 hour'");

        await using var other = Open();
        Assert.Single(await other.ListAsync().ToListAsync());
        Assert.Equal(0L, await ExecuteAsync("SELECT count(*) FROM blob_chunk WHERE content = 1000"));
        stream.Open();
        var stored = await put;
        Assert.Equal(new byte[5_000_000], await other.ReadAllBytesAsync(stored.Digest));
        Assert.Equal(0L, await ExecuteAsync("SELECT count(*) FROM blob_leftover"));
    }

    [Fact]
    public async Task A_damaged_copy_is_told_and_mended_by_putting_again()
    {
        foreach (var size in new[] { 1000, 3_000_000 })
        {
            var content = new byte[size];
            new Random(size).NextBytes(content);
            var put = await _blobs.PutBytesAsync(content);
            await ExecuteAsync("DELETE FROM blob_chunk WHERE number = (SELECT max(number) FROM blob_chunk)");
            Assert.Contains("damaged", (await Assert.ThrowsAsync<IOException>(() => _blobs.ReadAllBytesAsync(put.Digest))).Message);
            await _blobs.PutBytesAsync(content);
            Assert.Equal(content, await _blobs.ReadAllBytesAsync(put.Digest));
        }
    }

    private PostgresBlobStore Open() => new(new() { ConnectionString = _connection }, TimeProvider.System);

    private Task<object?> ExecuteAsync(string sql) => _cluster.ExecuteAsync(sql, new NpgsqlConnectionStringBuilder(_connection).Database!);

    /// <summary>Stops before its last byte until it is opened.</summary>
    private sealed class GatedStream(byte[] content) : MemoryStream(content)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void Open() => _gate.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position >= Length - 1 && !_gate.Task.IsCompleted)
            {
                _reached.TrySetResult();
                await _gate.Task;
            }
            return await base.ReadAsync(Position < Length - 1 ? buffer[..(int)Math.Min(buffer.Length, Length - 1 - Position)] : buffer, cancellationToken);
        }
    }
}
