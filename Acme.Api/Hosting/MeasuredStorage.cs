using Acme.Registry.Access;
using Acme.Registry.Storage;
using Acme.Registry.Telemetry;

namespace Acme.Api.Hosting;

/// <summary>Puts between the registry and its drivers what must see every call.</summary>
internal static class MeasuredStorage
{
    /// <summary>Adds a meter.</summary>
    public static void MeasureStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.Wrap<ICatalog>("driver", (inner, _) => new MeasuredCatalog(inner, StorageSettings.CatalogProvider(configuration)));
        services.Wrap<IBlobStore>("driver", (inner, _) => new MeasuredBlobStore(inner, StorageSettings.BlobsProvider(configuration)));
    }

    /// <summary>Tells <see cref="AccessChanges"/> of changes to users and tokens.</summary>
    public static void WatchAccess(this IServiceCollection services)
    {
        services.AddSingleton<AccessChanges>();
        services.Wrap<ICatalog>("measured", (inner, provider) => new WatchedCatalog(inner, provider.GetRequiredService<AccessChanges>()));
    }

    // What is wrapped keeps its place in the container under a key, so that the container disposes of it as before.
    private static void Wrap<T>(this IServiceCollection services, string key, Func<T, IServiceProvider, T> wrap)
        where T : class
    {
        var wrapped = services.Single(d => d.ServiceType == typeof(T) && !d.IsKeyedService);
        services.Remove(wrapped);
        services.AddKeyedSingleton<T>(key, (provider, _) => (T)wrapped.ImplementationFactory!(provider));
        services.AddSingleton(provider => wrap(provider.GetRequiredKeyedService<T>(key), provider));
    }
}
