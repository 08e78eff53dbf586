using System.Buffers;
using System.Security.Cryptography;
using Acme.Registry.Artifacts;
using Acme.Registry.Postgres.Database;
using Acme.Registry.Storage;

namespace Acme.Registry.Postgres.Blobs;

/// <summary>
/// One put under way. What fits into a chunk stays in memory until it is published; the chunks of more are written as they come, each in
/// a short transaction, so that a slow source keeps neither a connection nor a long transaction, and a broken connection loses nothing.
/// </summary>
internal sealed class BlobUpload(PostgresDatabase database, ContentGuard guard) : IAsyncDisposable
{
    private byte[] _chunk = ArrayPool<byte>.Shared.Rent(BlobSchema.ChunkSize);
    private byte[]? _spare;
    private int _length;
    private int _written;
    private long? _content;
    private IAsyncDisposable? _hold;

    /// <summary>The digest of what was written.</summary>
    public Sha256Digest Digest { get; private set; }

    /// <summary>Bytes that were written.</summary>
    public long Size { get; private set; }

    /// <summary>Whether a blob has the content now, so that it is not to be thrown away.</summary>
    public bool IsPublished { get; set; }

    /// <summary>Reads the stream to its end. While a chunk is being written, the next is read.</summary>
    public async Task WriteAsync(Stream content, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await ReadAsync();
        while (_length == BlobSchema.ChunkSize)
        {
            // Only what comes after shows whether a full chunk is the whole blob.
            var full = _chunk;
            _chunk = _spare ?? ArrayPool<byte>.Shared.Rent(BlobSchema.ChunkSize);
            _spare = full;
            var writing = WriteChunkAsync(full, BlobSchema.ChunkSize, cancellationToken);
            try
            {
                await ReadAsync();
            }
            finally
            {
                // The memory is in use until then.
                await writing.ContinueWith(_ => { }, TaskScheduler.Default);
            }
            await writing;
        }
        if (_content is not null && _length > 0)
        {
            await WriteChunkAsync(_chunk, _length, cancellationToken);
            _length = 0;
        }
        Digest = Sha256Digest.FromBytes(hash.GetHashAndReset());

        async Task ReadAsync()
        {
            _length = await content.ReadAtLeastAsync(_chunk.AsMemory(0, BlobSchema.ChunkSize), BlobSchema.ChunkSize, throwOnEndOfStream: false, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(_chunk, 0, _length);
            Size += _length;
        }
    }

    /// <summary>
    /// Renews the time of a small blob that has these very bytes already, which saves writing them again; nothing where there is none
    /// such. Large ones are written anew, which also mends a damaged copy.
    /// </summary>
    public async Task<long?> RenewAsync(PostgresSession session, byte[] digest, long now) => _content is not null ? null : (long?)await session.ScalarAsync(
        """
        UPDATE blob SET put_at = greatest(put_at, @now)
        WHERE digest = @digest AND size = octet_length(@bytes)
            AND (size = 0 OR EXISTS (SELECT FROM blob_chunk AS chunk WHERE chunk.content = blob.content AND number = 0 AND bytes = @bytes))
        RETURNING put_at
        """, ("@digest", digest), ("@now", now), ("@bytes", Bytes(_chunk, _length)));

    /// <summary>Completes the content in the transaction that publishes it; returns its number.</summary>
    /// <exception cref="StorageUnavailableException">The server has lost a part of it.</exception>
    public async Task<long> FinishAsync(PostgresSession session)
    {
        if (_content is not { } content)
        {
            return (long)(await session.ScalarAsync(
                """
                WITH made AS (SELECT nextval('blob_content') AS content),
                written AS (INSERT INTO blob_chunk (content, number, bytes) SELECT content, 0, @bytes FROM made WHERE octet_length(@bytes) > 0)
                SELECT content FROM made
                """, ("@bytes", Bytes(_chunk, _length))))!;
        }
        // The chunks' commits did not wait for the disk: after a crash of the server the last of them may be missing.
        var complete = (bool)(await session.ScalarAsync(
            "SELECT count(*) = @count AND sum(octet_length(bytes)) = @size FROM blob_chunk WHERE content = @content",
            ("@content", content), ("@count", (long)_written), ("@size", Size)))!;
        if (!complete || await session.ExecuteAsync("DELETE FROM blob_leftover WHERE content = @content", ("@content", content)) == 0)
            throw new StorageUnavailableException("The database server lost a part of the content while it was being put. Put it again.");
        return content;
    }

    /// <summary>Lets go of the content; when it was not published, as something to be removed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_hold is not null)
        {
            await _hold.DisposeAsync();
            if (!IsPublished) await DiscardAsync();
        }
        ArrayPool<byte>.Shared.Return(_chunk);
        if (_spare is not null) ArrayPool<byte>.Shared.Return(_spare);
    }

    private async Task WriteChunkAsync(byte[] chunk, int length, CancellationToken cancellationToken)
    {
        if (_content is null) await BeginAsync(cancellationToken);
        var number = _written++;
        await database.WriteRepeatableAsync(session => session.ExecuteAsync(
            """
            INSERT INTO blob_chunk (content, number, bytes) SELECT @content, @number, @bytes WHERE set_config('synchronous_commit', 'off', true) IS NOT NULL
            ON CONFLICT DO NOTHING
            """, ("@content", _content), ("@number", number), ("@bytes", Bytes(chunk, length))), cancellationToken);
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        var content = await database.ReadAsync(async session => (long)(await session.ScalarAsync("SELECT nextval('blob_content')"))!, cancellationToken);
        _hold = await guard.HoldAsync(content, cancellationToken);
        await database.WriteRepeatableAsync(session => session.ExecuteAsync(
            "INSERT INTO blob_leftover (content, since) VALUES (@content, now()) ON CONFLICT DO NOTHING", ("@content", content)), cancellationToken);
        _content = content;
    }

    private async Task DiscardAsync()
    {
        try
        {
            await database.WriteRepeatableAsync(session => session.ExecuteAsync(
                """
                WITH gone AS (DELETE FROM blob_leftover WHERE content = @content RETURNING content)
                DELETE FROM blob_chunk AS chunk USING gone WHERE chunk.content = gone.content
                """, ("@content", _content)), CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            // The next collection removes it.
        }
    }

    private static ArraySegment<byte> Bytes(byte[] buffer, int length) => new(buffer, 0, length);
}
