using Acme.Registry.Postgres.Blobs;
using Acme.Registry.Postgres.Catalog;
using Acme.Registry.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Postgres;

/// <summary>Chooses the PostgreSQL drivers. Both take <see cref="PostgresOptions"/> and may share one database.</summary>
public static class PostgresStorageExtensions
{
    /// <summary>Keeps the catalog in PostgreSQL. <see cref="ICatalog.PrepareAsync"/> makes the schema.</summary>
    public static IServiceCollection AddPostgresCatalog(this IServiceCollection services) =>
        services.AddSingleton<ICatalog>(provider => new PostgresCatalog(provider.GetRequiredService<IOptions<PostgresOptions>>().Value));

    /// <summary>Keeps blobs in PostgreSQL. The first call makes the schema.</summary>
    public static IServiceCollection AddPostgresBlobs(this IServiceCollection services) =>
        services.AddSingleton<IBlobStore>(provider => new PostgresBlobStore(
            provider.GetRequiredService<IOptions<PostgresOptions>>().Value, provider.GetService<TimeProvider>() ?? TimeProvider.System));
}
