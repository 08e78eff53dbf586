using Acme.Registry.Local.Disk;
using Acme.Registry.Local.Sqlite;
using Acme.Registry.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Acme.Registry.Local;

/// <summary>Chooses the embedded drivers. Both may share one data directory.</summary>
public static class LocalStorageExtensions
{
    /// <summary>Keeps the catalog in <c>catalog.db</c> in the data directory. <see cref="ICatalog.PrepareAsync"/> opens it.</summary>
    /// <param name="services">Where it is registered, as a singleton.</param>
    /// <param name="dataDirectory">Names the data directory.</param>
    public static IServiceCollection AddSqliteCatalog(this IServiceCollection services, Func<IServiceProvider, string> dataDirectory) =>
        services.AddSingleton<ICatalog>(provider => new SqliteCatalog(Path.Combine(dataDirectory(provider), "catalog.db")));

    /// <summary>Keeps blobs as files in the data directory, which is taken when the store is first resolved.</summary>
    /// <param name="services">Where it is registered, as a singleton.</param>
    /// <param name="dataDirectory">Names the data directory.</param>
    public static IServiceCollection AddDiskBlobs(this IServiceCollection services, Func<IServiceProvider, string> dataDirectory) =>
        services.AddSingleton<IBlobStore>(provider =>
            new DiskBlobStore(dataDirectory(provider), provider.GetService<TimeProvider>() ?? TimeProvider.System));
}
