using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Acme.Registry.Local.Disk;

/// <summary>
/// Makes the entries of a directory durable. Syncing a file keeps its bytes over a power cut but not its name: on Linux the
/// directory has to be synced as well (fsync(2)). Elsewhere this does nothing.
/// </summary>
internal static partial class DirectorySync
{
    private const int OpenReadOnly = 0;
    private const int OpenCloseOnExec = 0x80000;

    /// <summary>Returns when the names in the directory are on the disk.</summary>
    /// <exception cref="IOException">The system refused; <see cref="Exception.HResult"/> is its error number.</exception>
    public static void Flush(string directory)
    {
        if (!OperatingSystem.IsLinux()) return;
        var descriptor = Open(directory, OpenReadOnly | OpenCloseOnExec);
        if (descriptor < 0) throw Failure(directory);
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Fsync(handle) < 0) throw Failure(directory);
    }

    private static IOException Failure(string directory)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"The directory '{directory}' could not be synced: {Marshal.GetPInvokeErrorMessage(error)}.", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle descriptor);
}
