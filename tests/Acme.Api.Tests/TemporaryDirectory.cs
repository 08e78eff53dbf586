namespace Acme.Api.Tests;

internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("acme-api-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
