namespace Acme.Storage.Conformance;

/// <summary>A stream that yields little at a time, cannot seek, and may fail or tell someone at a place.</summary>
internal sealed class Trickle(byte[] content, int at = int.MaxValue, Action? then = null) : Stream
{
    private int _position;

    public Trickle(byte[] content, int failAt) : this(content, failAt, () => throw new InvalidDataException("The source broke off."))
    {
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (_position >= at) then?.Invoke();
        var count = Math.Min(Math.Min(buffer.Length, 50_000), content.Length - _position);
        content.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return Read(buffer.Span);
    }

    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
