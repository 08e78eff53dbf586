using Acme.Registry.Storage;

namespace Acme.Registry.Local.Disk;

/// <summary>Holds a data directory for one process; the system lets go of it when the process ends, however it ends.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <summary>Makes the directory if need be and takes it.</summary>
    /// <exception cref="IOException">It cannot be made or written, or another process has it; the message says which.</exception>
    public static DataDirectoryLock Take(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The data directory '{directory}' cannot be made: {e.Message} Set Data:Directory to a directory that this user may write.", e);
        }

        var path = Path.Combine(directory, "lock");
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"The data directory '{directory}' cannot be written. Set Data:Directory to a directory that this user may write.", e);
        }
        catch (IOException e) when (File.Exists(path) && !DiskFull.Is(e))
        {
            throw new IOException(
                $"The data directory '{directory}' is in use ({e.Message}) Stop the other process, or set Data:Directory to another directory.", e);
        }
    }

    /// <summary>Lets go of the directory.</summary>
    public void Dispose() => _file.Dispose();
}
