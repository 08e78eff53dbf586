using Acme.LoadTest.Load;
using Acme.LoadTest.Results;
using Acme.LoadTest.Targets;
using Acme.Measuring;

namespace Acme.LoadTest;

/// <summary>Measures combinations of stores beside peers on this machine, or registries that run, such as the same one on ECS and on Lambda.</summary>
internal static class CompareCommand
{
    public static async Task<int> RunAsync(Options options, CancellationToken cancellationToken)
    {
        using var workspace = new Workspace();
        var targets = new List<Target>();
        await using var stores = new Stores();
        try
        {
            if (options.Urls.Count > 0)
            {
                foreach (var url in options.Urls) targets.Add(await RegistryTarget.AtAsync(url, options, cancellationToken));
            }
            else
            {
                foreach (var peer in options.List("peers", "nginx,docker-registry"))
                {
                    targets.Add(peer switch
                    {
                        "nginx" => await PeerTarget.NginxAsync(workspace["nginx"], cancellationToken),
                        "docker-registry" => await PeerTarget.DockerRegistryAsync(workspace["docker-registry"], cancellationToken),
                        _ => throw new OptionException($"There is no peer '{peer}'; there are nginx and docker-registry."),
                    });
                }
                foreach (var blobs in options.List("blobs", "disk"))
                {
                    foreach (var catalog in options.List("catalogs", "sqlite"))
                    {
                        var name = $"{blobs} + {catalog}";
                        var settings = await stores.SettingsAsync(catalog, blobs);
                        Console.Error.WriteLine($"preparing {name}");
                        targets.Add(await RegistryTarget.StartAsync(name, workspace[name], options.Models, settings, Stores.Environment, null, cancellationToken));
                    }
                }
            }
            var result = await Contest.RunAsync(targets, options.Workloads, options, cancellationToken);
            await Output.WriteAsync(options, result, cancellationToken);
            return result.Measurements.Any(m => m.Errors > 0) ? 1 : 0;
        }
        finally
        {
            foreach (var target in targets) await target.DisposeAsync();
        }
    }
}
