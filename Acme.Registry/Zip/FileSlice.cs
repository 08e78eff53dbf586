using Microsoft.Win32.SafeHandles;

namespace Acme.Registry.Zip;

/// <summary>A range of a file as a forward stream; many may read one file at once. The file stays open when it is disposed of.</summary>
internal sealed class FileSlice(SafeFileHandle file, long offset, long length) : ReadOnlyStream
{
    private long _position;

    public override int Read(Span<byte> buffer)
    {
        var read = RandomAccess.Read(file, buffer[..Fitting(buffer.Length)], offset + _position);
        _position += read;
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await RandomAccess.ReadAsync(file, buffer[..Fitting(buffer.Length)], offset + _position, cancellationToken);
        _position += read;
        return read;
    }

    private int Fitting(int count) => (int)Math.Min(count, length - _position);
}
