using Microsoft.Win32.SafeHandles;

namespace Acme.Registry.Zip;

/// <summary>Positioned reads that either yield all that was asked for or refuse the archive.</summary>
internal static class ZipFileReading
{
    /// <summary>Fills the buffer from the offset on.</summary>
    /// <exception cref="ZipRefusedException">The file ends before.</exception>
    public static void ReadExactly(this SafeFileHandle file, long offset, Span<byte> buffer)
    {
        if (file.ReadUpTo(offset, buffer) < buffer.Length)
        {
            throw new ZipRefusedException(
                "The ZIP is cut short or damaged: it points behind its own end. Make it again and send it again.", null);
        }
    }

    /// <summary>Fills the buffer from the offset on, as far as the file goes; returns how many bytes that were.</summary>
    public static int ReadUpTo(this SafeFileHandle file, long offset, Span<byte> buffer)
    {
        var read = 0;
        while (read < buffer.Length)
        {
            var n = RandomAccess.Read(file, buffer[read..], offset + read);
            if (n == 0) break;
            read += n;
        }
        return read;
    }
}
