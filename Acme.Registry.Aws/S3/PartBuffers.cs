using System.Collections.Concurrent;

namespace Acme.Registry.Aws.S3;

/// <summary>
/// The large buffers of a process, for uploads and downloads alike. The runtime's shared pool keeps one for every thread that ever returned one; here
/// only a few stay when they are not in use.
/// </summary>
internal sealed class PartBuffers
{
    /// <summary>Bytes in a buffer: the least that S3 takes for a part.</summary>
    public const int Size = S3Bucket.MinPartSize;

    // 40 MiB. Fewer would be made and thrown away again and again by one upload of several files.
    private const int Kept = 8;

    private readonly ConcurrentStack<byte[]> _idle = new();

    /// <summary>A buffer of at least the wanted size; its content is whatever was in it before.</summary>
    public byte[] Rent(int wanted) => wanted <= Size && _idle.TryPop(out var buffer) ? buffer : GC.AllocateUninitializedArray<byte>(Math.Max(Size, wanted));

    /// <summary>Takes back what <see cref="Rent"/> gave.</summary>
    public void Return(byte[] buffer)
    {
        if (buffer.Length == Size && _idle.Count < Kept) _idle.Push(buffer);
    }
}
