namespace Acme.Registry.Storage;

/// <summary>Tells "no room" apart from other input and output errors.</summary>
public static class DiskFull
{
    private const int LinuxNoSpace = 28;
    private const int LinuxQuotaExceeded = 122;
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Whether the disk, or the user's share of it, is full. .NET puts the system's own error number into HResult.</summary>
    public static bool Is(IOException exception) => OperatingSystem.IsWindows()
        ? exception.HResult is WindowsHandleDiskFull or WindowsDiskFull
        : IsErrorNumber(exception.HResult);

    /// <summary>The same for a bare errno.</summary>
    public static bool IsErrorNumber(int errorNumber) => errorNumber is LinuxNoSpace or LinuxQuotaExceeded;
}
