using Acme.Registry.Aws;
using Acme.Registry.Local;
using Acme.Registry.Postgres;
using Microsoft.Extensions.Options;

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
        Choose("Catalog:Provider", CatalogProvider(configuration), new()
        {
            ["sqlite"] = () => services.AddSqliteCatalog(_ => directory),
            ["dynamodb"] = () => services.AddDynamoDbCatalog(configuration.GetSection("DynamoDb")),
            ["postgres"] = () => services.AddPostgresCatalog(),
        });
        Choose("Blobs:Provider", BlobsProvider(configuration), new()
        {
            ["disk"] = () => services.AddDiskBlobs(_ => directory),
            ["s3"] = () => services.AddS3Blobs(configuration.GetSection("S3")),
            ["postgres"] = () => services.AddPostgresBlobs(),
        });
        if (CatalogProvider(configuration) == "postgres" || BlobsProvider(configuration) == "postgres") services.AddSettings<PostgresOptions>(configuration, "Postgres");
    }

    internal static string CatalogProvider(IConfiguration configuration) => configuration["Catalog:Provider"] ?? "sqlite";

    internal static string BlobsProvider(IConfiguration configuration) => configuration["Blobs:Provider"] ?? "disk";

    private static void Choose(string key, string wanted, Dictionary<string, Action> providers)
    {
        if (!providers.TryGetValue(wanted, out var add))
            throw new SettingException($"{key} is '{wanted}'; it can be: {string.Join(", ", providers.Keys)}.");
        try
        {
            add();
        }
        catch (OptionsValidationException e)
        {
            throw new SettingException(string.Join(" ", e.Failures), e);
        }
    }
}
