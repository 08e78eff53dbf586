namespace Acme.Measuring;

/// <summary>A temporary directory, gone with everything in it when it is disposed of.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("acme-benchmark-");

    /// <summary>A path in it; nothing is made there.</summary>
    public string this[string name] => Path.Combine(_root.FullName, name);

    public void Dispose() => _root.Delete(recursive: true);
}
