using Acme.Registry.Local;

namespace Acme.Api.Hosting;

/// <summary>Chooses the drivers by <c>Catalog:Provider</c> and <c>Blobs:Provider</c>.</summary>
public static class StorageSettings
{
    /// <summary>Where the embedded drivers and the spool keep their files: <c>Data:Directory</c>, by default <c>acme-data</c> in the working directory.</summary>
    internal static string DataDirectory(this IConfiguration configuration)
    {
        var directory = configuration["Data:Directory"] ?? "acme-data";
        if (string.IsNullOrWhiteSpace(directory)) throw new SettingException("Data:Directory is empty. Give the directory that holds the registry's data, or leave the key out.");
        try
        {
            return Path.GetFullPath(directory);
        }
        catch (ArgumentException e)
        {
            throw new SettingException($"Data:Directory is not a path: {e.Message}", e);
        }
    }

    /// <summary>Adds the catalog and the blob store that the configuration names.</summary>
    /// <exception cref="SettingException">A setting is wrong; the message names its key.</exception>
    public static void AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        var directory = configuration.DataDirectory();
        Choose(configuration, "Catalog:Provider", "sqlite", new() { ["sqlite"] = () => services.AddSqliteCatalog(_ => directory) });
        Choose(configuration, "Blobs:Provider", "disk", new() { ["disk"] = () => services.AddDiskBlobs(_ => directory) });
    }

    private static void Choose(IConfiguration configuration, string key, string byDefault, Dictionary<string, Action> providers)
    {
        var wanted = configuration[key] ?? byDefault;
        if (!providers.TryGetValue(wanted, out var add))
            throw new SettingException($"{key} is '{wanted}'; it can be: {string.Join(", ", providers.Keys)}.");
        add();
    }
}
