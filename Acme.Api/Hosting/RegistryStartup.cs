using Acme.Registry.Access;
using Acme.Registry.Ingest;
using Acme.Registry.Jobs;
using Acme.Registry.Scoring.Policies;
using Acme.Registry.Sources;
using Acme.Registry.Sources.Http;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;

namespace Acme.Api.Hosting;

/// <summary>What must be so before the first request: schema, administrator, policy, recurring jobs. Runs before the server listens.</summary>
internal sealed class RegistryStartup(
    ICatalog catalog, IBlobStore blobs, UserDirectory users, PolicySwitch policy, IEnumerable<IJobHandler> handlers, IOptions<IngestOptions> ingest,
    IOptions<HttpSourceOptions> http, TimeProvider time) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await catalog.PrepareAsync(cancellationToken);
        // Resolving the blob store has opened it; asking it shows that it can be read.
        await blobs.FindAsync(Registry.Artifacts.Sha256Digest.Of([]), cancellationToken);
        foreach (var directory in new[] { ingest.Value.SpoolDirectory!, http.Value.SpoolDirectory }.Distinct()) SpoolFile.RemoveLeftOver(directory);
        await policy.RefreshAsync(cancellationToken);
        await users.EnsureConfiguredAdminAsync(cancellationToken);
        foreach (var recurring in handlers.Where(h => h.RepeatAfter is not null))
        {
            await catalog.Jobs.AddAsync(
                new() { Id = recurring.Kind, Kind = recurring.Kind, Payload = "{}", DueAt = time.GetUtcNow() + TimeSpan.FromMinutes(1) },
                cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
