namespace Acme.LoadTest.Targets;

/// <summary>The engines below the registries that are compared, started when they are first needed, and the settings that lead there.</summary>
internal sealed class Stores : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _engines = [];

    /// <summary>Credentials that the engines take.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>();

    /// <summary>Settings for a registry of its own on these stores.</summary>
    public Task<IReadOnlyList<string>> SettingsAsync(string catalog, string blobs)
    {
        List<string> settings = ["--Catalog:Provider", catalog, "--Blobs:Provider", blobs];
        return _engines.Count > 0 ? throw new NotSupportedException() : Task.FromResult<IReadOnlyList<string>>(settings);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in _engines) await engine.DisposeAsync();
    }
}
