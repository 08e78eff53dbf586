using System.Diagnostics;
using System.Reflection;
using Acme.Registry.Storage;
using Acme.Registry.Telemetry;

namespace Acme.PlantedRegistry;

/// <summary>Stands between the meter and the catalog's driver, as if it were a part of the driver, and treats every read of artifacts in a way of its own.</summary>
public static class PlantedCatalog
{
    private static readonly SemaphoreSlim Connection = new(1);

    public static void Plant(this IServiceCollection services, Func<Func<Task>, Task> treat)
    {
        var driver = services.Single(d => d.ServiceType == typeof(ICatalog) && d.ServiceKey is "driver");
        services.Remove(driver);
        services.AddKeyedSingleton<ICatalog>(driver.ServiceKey, (provider, key) =>
        {
            var proxy = DispatchProxy.Create<ICatalog, Catalog>();
            ((Catalog)(object)proxy).Use((ICatalog)driver.KeyedImplementationFactory!(provider, key), treat);
            return proxy;
        });
    }

    /// <summary>An engine that takes its time.</summary>
    public static async Task Late(Func<Task> call)
    {
        await Task.Delay(60);
        await call();
    }

    /// <summary>A driver with a single connection: one call at a time, the others wait, and the driver says how long.</summary>
    public static async Task InTurn(Func<Task> call)
    {
        var start = Stopwatch.GetTimestamp();
        await Connection.WaitAsync();
        RegistryTelemetry.StoreWait.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, new KeyValuePair<string, object?>("acme.store", "catalog"));
        try
        {
            await Task.Delay(5);
            await call();
        }
        finally
        {
            Connection.Release();
        }
    }

    /// <summary>Passes every call on; the store of artifacts it wraps.</summary>
    public class Catalog : DispatchProxy
    {
        private ICatalog _inner = null!;
        private IArtifactStore _artifacts = null!;

        public void Use(ICatalog inner, Func<Func<Task>, Task> treat)
        {
            _inner = inner;
            _artifacts = Create<IArtifactStore, Artifacts>();
            ((Artifacts)(object)_artifacts).Use(inner, treat);
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == "get_Artifacts" ? _artifacts : targetMethod.Invoke(_inner, args);
    }

    /// <summary>Treats reading one artifact, and passes every other call on.</summary>
    public class Artifacts : DispatchProxy
    {
        private ICatalog _inner = null!;
        private Func<Func<Task>, Task> _treat = null!;

        public void Use(ICatalog inner, Func<Func<Task>, Task> treat) => (_inner, _treat) = (inner, treat);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IArtifactStore.FindAsync)
                ? FindAsync((Acme.Registry.Artifacts.ArtifactId)args![0]!, (CancellationToken)args[1]!)
                : targetMethod.Invoke(_inner.Artifacts, args);

        private async Task<Versioned<Acme.Registry.Artifacts.Artifact>?> FindAsync(Acme.Registry.Artifacts.ArtifactId id, CancellationToken cancellationToken)
        {
            Versioned<Acme.Registry.Artifacts.Artifact>? found = null;
            await _treat(async () => found = await _inner.Artifacts.FindAsync(id, cancellationToken));
            return found;
        }
    }
}
