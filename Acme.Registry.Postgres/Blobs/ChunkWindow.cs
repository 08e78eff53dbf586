using System.Buffers;
using System.Data;
using System.IO.Pipelines;
using Acme.Registry.Postgres.Database;

namespace Acme.Registry.Postgres.Blobs;

/// <summary>A few chunks of a content, or the wanted parts of them, in borrowed memory: the connection is free again before they are sent on.</summary>
internal sealed class ChunkWindow : IDisposable
{
    /// <summary>Chunks that are fetched by one statement.</summary>
    public const int Chunks = 2;

    private const int PieceSize = 256 * 1024;

    private readonly List<(byte[] Buffer, int Length)> _parts = [];

    private ChunkWindow()
    {
    }

    /// <summary>The content they are of.</summary>
    public long Content { get; private set; }

    /// <summary>Bytes in the whole content.</summary>
    public long Size { get; private set; }

    /// <summary>Bytes in here.</summary>
    public long Length => _parts.Sum(p => (long)p.Length);

    /// <summary>
    /// Fetches what the range from <paramref name="offset"/> to <paramref name="end"/> has in the first chunks that it touches. The blob is that of
    /// <c>@digest</c>; nothing when there is none, or when it has another content than the one wanted.
    /// </summary>
    public static async Task<ChunkWindow?> FetchAsync(PostgresSession session, byte[] digest, long? content, long offset, long end)
    {
        var first = offset / BlobSchema.ChunkSize;
        var last = Math.Min(first + Chunks - 1, end > offset ? (end - 1) / BlobSchema.ChunkSize : first - 1);
        await using var command = content is null
            ? session.Command(
                $"SELECT blob.content, blob.size, number, {Part} FROM blob LEFT JOIN blob_chunk AS chunk ON chunk.content = blob.content AND {Wanted} WHERE digest = @digest ORDER BY number",
                ("@digest", digest), ("@first", first), ("@last", last), ("@offset", offset), ("@end", end))
            : session.Command(
                $"SELECT content, 0::bigint, number, {Part} FROM blob_chunk AS chunk WHERE content = @content AND {Wanted} ORDER BY number",
                ("@content", content), ("@first", first), ("@last", last), ("@offset", offset), ("@end", end));
        await using var row = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, session.CancellationToken);
        ChunkWindow? window = null;
        while (await row.ReadAsync(session.CancellationToken))
        {
            window ??= new();
            (window.Content, window.Size) = (row.GetInt64(0), row.GetInt64(1));
            if (!await row.IsDBNullAsync(2, session.CancellationToken)) await window.AddAsync(await row.GetStreamAsync(3, session.CancellationToken), session.CancellationToken);
        }
        return window;
    }

    /// <summary>Sends it on, piece by piece; false when the reader has gone.</summary>
    public async Task<bool> WriteToAsync(PipeWriter destination, CancellationToken cancellationToken)
    {
        foreach (var (buffer, length) in _parts)
        {
            for (var sent = 0; sent < length; sent += PieceSize)
            {
                var flushed = await destination.WriteAsync(buffer.AsMemory(sent, Math.Min(PieceSize, length - sent)), cancellationToken);
                if (flushed.IsCompleted) return false;
            }
        }
        return true;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        foreach (var (buffer, _) in _parts) ArrayPool<byte>.Shared.Return(buffer);
        _parts.Clear();
    }

    private const string Wanted = "number BETWEEN @first AND @last";

    private static readonly string Start = $"greatest(@offset - number * {BlobSchema.ChunkSize}::bigint, 0)";

    private static readonly string Part =
        $"substring(bytes FROM ({Start} + 1)::int FOR (least(@end - number * {BlobSchema.ChunkSize}::bigint, {BlobSchema.ChunkSize}) - {Start})::int)";

    private async Task AddAsync(Stream part, CancellationToken cancellationToken)
    {
        await using (part)
        {
            var length = (int)part.Length;
            var buffer = ArrayPool<byte>.Shared.Rent(length);
            _parts.Add((buffer, length));
            await part.ReadExactlyAsync(buffer.AsMemory(0, length), cancellationToken);
        }
    }
}
