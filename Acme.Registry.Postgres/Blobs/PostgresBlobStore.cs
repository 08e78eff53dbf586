using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Acme.Registry.Artifacts;
using Acme.Registry.Postgres.Database;
using Acme.Registry.Storage;

namespace Acme.Registry.Postgres.Blobs;

/// <summary>
/// Blobs as rows of chunks in a PostgreSQL database (14 or later). A blob is written under a new content number and becomes visible, all
/// at once, with the row that names its digest. What is left of puts that never got there, and of blobs that were deleted or put
/// anew, is in <c>blob_leftover</c> and is removed as soon as no process reads or writes it.
/// </summary>
public sealed class PostgresBlobStore : IBlobStore, IAsyncDisposable
{
    private const int PageSize = 1000;

    // Locks of digests, so that puts and deletes of one take turns.
    private const int LockClass = ContentGuard.LockClass + 1;

    private readonly PostgresDatabase _database;
    private readonly ContentGuard _guard;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _preparing = new(1);
    private volatile bool _isPrepared;

    /// <summary>Opens nothing yet; the first call makes the schema.</summary>
    /// <param name="options">The database.</param>
    /// <param name="time">Tells when a blob is put.</param>
    public PostgresBlobStore(PostgresOptions options, TimeProvider time)
    {
        _database = new(options, BlobSchema.Driver);
        _guard = new(_database);
        _time = time;
    }

    /// <inheritdoc/>
    public async Task<BlobInfo> PutAsync(Stream content, Sha256Digest? expected = null, CancellationToken cancellationToken = default)
    {
        await PrepareAsync(cancellationToken);
        await using var upload = new BlobUpload(_database, _guard);
        await upload.WriteAsync(content, cancellationToken);
        var digest = upload.Digest;
        if (expected is { } announced && announced != digest) throw new DigestMismatchException(announced, digest);

        var key = BytesOf(digest);
        var (putAt, replaced) = await _database.WriteAsync(async session =>
        {
            await LockAsync(session, key);
            // The time is taken under the lock and not when the writing began: the bytes may have come slowly, and a delete that
            // spares what was put since then must spare this.
            var now = _time.GetUtcNow().UtcTicks;
            if (await upload.RenewAsync(session, key, now) is { } renewed) return (renewed, null);
            return await PublishAsync(session, key, await upload.FinishAsync(session), upload.Size, now);
        }, cancellationToken);
        upload.IsPublished = true;
        if (replaced is { } old) await RemoveAsync([old], CancellationToken.None);
        return new(digest, upload.Size, new(putAt, TimeSpan.Zero));
    }

    /// <inheritdoc/>
    public async Task<BlobInfo?> FindAsync(Sha256Digest digest, CancellationToken cancellationToken = default)
    {
        await PrepareAsync(cancellationToken);
        return await _database.ReadAsync(session => session.FirstAsync(
            row => new BlobInfo(digest, row.GetInt64(0), new(row.GetInt64(1), TimeSpan.Zero)),
            "SELECT size, put_at FROM blob WHERE digest = @digest", ("@digest", BytesOf(digest))), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task CopyToAsync(
        Sha256Digest digest, long offset, long length, PipeWriter destination, CancellationToken cancellationToken = default)
    {
        await PrepareAsync(cancellationToken);
        if (offset < 0 || length < 0 || length > long.MaxValue - offset)
        {
            if (await FindAsync(digest, cancellationToken) is null) throw new BlobNotFoundException(digest);
            throw new ArgumentOutOfRangeException(nameof(offset), "The range is not inside the blob.");
        }
        while (!await TryCopyAsync(digest, offset, offset + length, destination, cancellationToken))
        {
        }
    }

    /// <inheritdoc/>
    public ValueTask<Uri?> GetDirectUriAsync(Sha256Digest digest, TimeSpan lifetime, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<Uri?>(null);

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await PrepareAsync(cancellationToken);
        // Whoever lists everything is collecting garbage, or has as much time.
        await RemoveAsync(null, cancellationToken);
        byte[] after = [];
        while (true)
        {
            var place = after;
            var page = await _database.ReadAsync(session => session.AllAsync(
                row => (Key: row.GetFieldValue<byte[]>(0), Size: row.GetInt64(1), PutAt: row.GetInt64(2)),
                "SELECT digest, size, put_at FROM blob WHERE digest > @after ORDER BY digest LIMIT @limit", ("@after", place), ("@limit", PageSize)), cancellationToken);
            foreach (var (key, size, putAt) in page) yield return new(Sha256Digest.FromBytes(key), size, new(putAt, TimeSpan.Zero));
            if (page.Count < PageSize) yield break;
            after = page[^1].Key;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(Sha256Digest digest, DateTimeOffset unlessPutSince, CancellationToken cancellationToken = default)
    {
        await PrepareAsync(cancellationToken);
        var key = BytesOf(digest);
        var content = await _database.WriteAsync(async session =>
        {
            await LockAsync(session, key);
            return (long?)await session.ScalarAsync(
                """
                WITH gone AS (DELETE FROM blob WHERE digest = @digest AND put_at < @since RETURNING content)
                INSERT INTO blob_leftover (content, since) SELECT content, '-infinity' FROM gone RETURNING content
                """, ("@digest", key), ("@since", unlessPutSince.UtcTicks));
        }, cancellationToken);
        if (content is not { } removed) return false;
        await RemoveAsync([removed], CancellationToken.None);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _guard.DisposeAsync();
        await _database.DisposeAsync();
        _preparing.Dispose();
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_isPrepared) return;
        await _preparing.WaitAsync(cancellationToken);
        try
        {
            if (_isPrepared) return;
            await Migrations.ApplyAsync(_database, BlobSchema.Driver, BlobSchema.Steps, cancellationToken);
            await RemoveAsync(null, cancellationToken);
            _isPrepared = true;
        }
        finally
        {
            _preparing.Release();
        }
    }

    private static Task<object?> LockAsync(PostgresSession session, byte[] digest) => session.ScalarAsync(
        "SELECT pg_advisory_xact_lock(@class, @key)", ("@class", LockClass), ("@key", digest.Length < 4 ? 0 : BitConverter.ToInt32(digest)));

    private static Task<(long PutAt, long? Replaced)> PublishAsync(PostgresSession session, byte[] digest, long content, long size, long now) =>
        session.FirstAsync<(long PutAt, long? Replaced)>(
            row => (row.GetInt64(0), row.IsDBNull(1) ? null : row.GetInt64(1)),
            """
            WITH before AS (SELECT content FROM blob WHERE digest = @digest),
            replaced AS (INSERT INTO blob_leftover (content, since) SELECT content, '-infinity' FROM before RETURNING content)
            INSERT INTO blob (digest, content, size, put_at) VALUES (@digest, @content, @size, @now)
            ON CONFLICT (digest) DO UPDATE SET content = excluded.content, size = excluded.size, put_at = greatest(blob.put_at, excluded.put_at)
            RETURNING put_at, (SELECT content FROM replaced)
            """,
            ("@digest", digest), ("@content", content), ("@size", size), ("@now", now));

    /// <summary>Copies the range, unless the blob was deleted or put anew between finding it and holding it; then nothing was written.</summary>
    private async Task<bool> TryCopyAsync(Sha256Digest digest, long offset, long end, PipeWriter destination, CancellationToken cancellationToken)
    {
        var key = BytesOf(digest);
        using var first = await FetchAsync(null, offset) ?? throw new BlobNotFoundException(digest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, first.Size, nameof(offset));
        Check(first, offset);
        if (first.Length == end - offset)
        {
            await first.WriteToAsync(destination, cancellationToken);
            return true;
        }

        await using var hold = await _guard.HoldAsync(first.Content, cancellationToken);
        var current = (long?)await _database.ReadAsync(session => session.ScalarAsync("SELECT content FROM blob WHERE digest = @digest", ("@digest", key)), cancellationToken);
        if (current != first.Content) return false;

        // While a window is being sent, the next is fetched.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var window = first;
        Task<ChunkWindow?>? next = null;
        try
        {
            while (true)
            {
                offset += window.Length;
                var from = offset;
                next = offset < end ? FetchAsync(first.Content, from, stop.Token) : null;
                if (!await window.WriteToAsync(destination, cancellationToken) || next is null) return true;
                window.Dispose();
                window = await next ?? throw Damaged();
                next = null;
                Check(window, from);
            }
        }
        finally
        {
            await stop.CancelAsync();
            window.Dispose();
            if (next is not null) await next.ContinueWith(t => (t.IsCompletedSuccessfully ? t.Result : null)?.Dispose(), TaskScheduler.Default);
        }

        Task<ChunkWindow?> FetchAsync(long? content, long from, CancellationToken? token = null) => _database.ReadAsync(
            session => ChunkWindow.FetchAsync(session, key, content, from, end), token ?? cancellationToken);

        void Check(ChunkWindow fetched, long from)
        {
            var chunk = from / BlobSchema.ChunkSize;
            if (fetched.Length != Math.Min(end, (chunk + ChunkWindow.Chunks) * BlobSchema.ChunkSize) - from) throw Damaged();
        }

        IOException Damaged() => new($"The blob {digest} is damaged: a part of it is missing. Put it again; that mends it.");
    }

    /// <summary>
    /// Removes the chunks of contents that are not wanted any more and that no process holds; what is held is left for the next time. A
    /// put that is under way is spared for a minute even if its lock was lost with a connection.
    /// </summary>
    private async Task RemoveAsync(long[]? contents, CancellationToken cancellationToken)
    {
        try
        {
            // Chunks go with the row of the leftover, of which this deletes only what is still there after the lock: a put may have been published meanwhile.
            await _database.WriteRepeatableAsync(session => session.ExecuteAsync(
                $"""
                WITH free AS MATERIALIZED (
                    SELECT content FROM blob_leftover
                    WHERE (@contents::bigint[] IS NULL OR content = ANY (@contents)) AND since < now() - interval '1 minute'
                        AND pg_try_advisory_xact_lock({ContentGuard.LockClass}, {ContentGuard.Key})),
                gone AS (DELETE FROM blob_leftover AS leftover USING free WHERE leftover.content = free.content RETURNING leftover.content)
                DELETE FROM blob_chunk AS chunk USING gone WHERE chunk.content = gone.content
                """, ("@contents", contents)), cancellationToken);
        }
        catch (StorageUnavailableException) when (contents is not null)
        {
            // What the caller asked for is done; the next collection comes by here again.
        }
    }

    private static byte[] BytesOf(Sha256Digest digest) => Convert.FromHexString(digest.ToString());
}
