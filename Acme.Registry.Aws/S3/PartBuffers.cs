using System.Collections.Concurrent;

namespace Acme.Registry.Aws.S3;

/// <summary>
/// Large buffers of one size for the whole process. The shared pool of the runtime keeps one for every thread that ever returned one; here only a few
/// stay when they are not in use.
/// </summary>
internal sealed class PartBuffers(int size, int kept)
{
    private readonly ConcurrentStack<byte[]> _idle = new();

    /// <summary>A buffer of at least this size; its content is whatever was in it before.</summary>
    public byte[] Rent(int wanted) => wanted <= size && _idle.TryPop(out var buffer) ? buffer : GC.AllocateUninitializedArray<byte>(Math.Max(size, wanted));

    /// <summary>Takes back what <see cref="Rent"/> gave.</summary>
    public void Return(byte[] buffer)
    {
        if (buffer.Length == size && _idle.Count < kept) _idle.Push(buffer);
    }
}
