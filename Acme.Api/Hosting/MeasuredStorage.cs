using Acme.Registry.Storage;
using Acme.Registry.Telemetry;

namespace Acme.Api.Hosting;

/// <summary>Puts a meter between the registry and its drivers.</summary>
internal static class MeasuredStorage
{
    private const string Driver = "driver";

    public static void MeasureStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.Wrap<ICatalog>(inner => new MeasuredCatalog(inner, StorageSettings.CatalogProvider(configuration)));
        services.Wrap<IBlobStore>(inner => new MeasuredBlobStore(inner, StorageSettings.BlobsProvider(configuration)));
    }

    // The driver keeps its place in the container under a key, so that the container disposes of it as before.
    private static void Wrap<T>(this IServiceCollection services, Func<T, T> wrap)
        where T : class
    {
        var driver = services.Single(d => d.ServiceType == typeof(T));
        services.Remove(driver);
        services.AddKeyedSingleton<T>(Driver, (provider, _) => (T)driver.ImplementationFactory!(provider));
        services.AddSingleton(provider => wrap(provider.GetRequiredKeyedService<T>(Driver)));
    }
}
