using Acme.Registry.Artifacts;
using Acme.Registry.Ingest;
using Acme.Registry.Sources;
using Acme.Registry.Storage;

namespace Acme.Api.Demo;

/// <summary>Registers the demo artifacts; those that are there already stay as they are.</summary>
internal sealed class DemoFiller(ICatalog catalog, IngestPipeline pipeline, ILogger<DemoFiller> logger)
{
    /// <returns>How many were registered.</returns>
    public async Task<int> FillAsync(CancellationToken cancellationToken)
    {
        var registered = 0;
        foreach (var demo in DemoContent.All())
        {
            if (await catalog.Artifacts.FindByUrlAsync(demo.Type, demo.Url, cancellationToken) is not null) continue;
            var order = new IngestOrder
            {
                Id = ArtifactId.New(),
                Type = demo.Type,
                Name = demo.Name,
                Url = demo.Url,
                Epoch = await catalog.GetEpochAsync(cancellationToken),
                UserName = "demo",
                IsAdmin = false,
            };
            await using var snapshot = new MemorySnapshot(demo);
            await pipeline.PublishAsync(order, snapshot, cancellationToken);
            logger.LogInformation("Demo: registered {Type} {Name} as {Id}", demo.Type.Word(), demo.Name, order.Id);
            registered++;
        }
        return registered;
    }

    private sealed class MemorySnapshot(DemoArtifact demo) : Snapshot
    {
        public override IReadOnlyList<SnapshotFile> Files { get; } =
        [
            .. demo.Files.Select(f => new SnapshotFile(f.Path, f.Content.Length, _ => Task.FromResult<Stream>(new MemoryStream(f.Content, writable: false)))),
        ];

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
