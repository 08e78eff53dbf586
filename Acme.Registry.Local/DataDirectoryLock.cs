using Acme.Registry.Storage;

namespace Acme.Registry.Local;

/// <summary>Holds what a driver keeps in a data directory for one process; the system lets go of it when the process ends, however it ends.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <summary>Makes the directory if need be and takes what is kept there.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="file">The name of the file that stands for what is taken.</param>
    /// <exception cref="IOException">It cannot be made or written, or another process has it; the message says which.</exception>
    public static DataDirectoryLock Take(string directory, string file)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The data directory '{directory}' cannot be made: {e.Message} Set Data:Directory to a directory that this user may write.", e);
        }

        var path = Path.Combine(directory, file);
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

    /// <summary>Lets go of it.</summary>
    public void Dispose() => _file.Dispose();
}
