using System.Buffers.Binary;

namespace Acme.Registry.Scoring.Weights;

/// <summary>Reads little-endian values one after the other, in chunks, and skips without reading; gives up after a budget of bytes.</summary>
internal sealed class ForwardReader(ReadableFile file, long budget)
{
    private const int Chunk = 256 << 10;

    private byte[] _chunk = [];
    private long _chunkStart;
    private long _read;

    /// <summary>Offset of the next value in the file.</summary>
    public long Position { get; private set; }

    public async ValueTask<uint> UInt32Async(CancellationToken cancellationToken) =>
        BinaryPrimitives.ReadUInt32LittleEndian((await BytesAsync(4, cancellationToken)).Span);

    public async ValueTask<ulong> UInt64Async(CancellationToken cancellationToken) =>
        BinaryPrimitives.ReadUInt64LittleEndian((await BytesAsync(8, cancellationToken)).Span);

    /// <summary>Passes over bytes; a length that leads out of the file is malformed.</summary>
    public void Skip(ulong length)
    {
        if (length > (ulong)(file.Size - Position)) throw new MalformedWeightsException($"a length of {length} bytes at offset {Position} leads out of the file");
        Position += (long)length;
    }

    /// <summary>The next bytes, at most one chunk.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> BytesAsync(int length, CancellationToken cancellationToken)
    {
        if (length > file.Size - Position) throw new MalformedWeightsException($"the file ends at byte {file.Size}, inside its header");
        if (Position < _chunkStart || Position + length > _chunkStart + _chunk.Length)
        {
            var size = (int)Math.Min(Chunk, file.Size - Position);
            if (_read + size > budget) throw new MalformedWeightsException($"the header is longer than the {budget} bytes that are read");
            _chunk = await file.ReadAsync(Position, size, cancellationToken);
            _chunkStart = Position;
            _read += size;
        }
        var bytes = _chunk.AsMemory((int)(Position - _chunkStart), length);
        Position += length;
        return bytes;
    }
}
