using Acme.Registry.Local;

namespace Acme.Api.Hosting;

/// <summary>Chooses the drivers by <c>Catalog:Provider</c> and <c>Blobs:Provider</c>.</summary>
internal static class StorageSettings
{
    /// <summary>Where the embedded drivers and the spool keep their files: <c>Data:Directory</c>, by default <c>acme-data</c> in the working directory.</summary>
    public static string DataDirectory(this IConfiguration configuration)
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

    public static void AddStorage(this IHostApplicationBuilder builder)
    {
        var directory = builder.Configuration.DataDirectory();
        Choose(builder, "Catalog:Provider", "sqlite", new() { ["sqlite"] = () => builder.Services.AddSqliteCatalog(_ => directory) });
        Choose(builder, "Blobs:Provider", "disk", new() { ["disk"] = () => builder.Services.AddDiskBlobs(_ => directory) });
    }

    private static void Choose(IHostApplicationBuilder builder, string key, string byDefault, Dictionary<string, Action> providers)
    {
        var wanted = builder.Configuration[key] ?? byDefault;
        if (!providers.TryGetValue(wanted, out var add))
            throw new SettingException($"{key} is '{wanted}'; it can be: {string.Join(", ", providers.Keys)}.");
        add();
    }
}
