using Acme.Client.Contract;
using Acme.LoadTest.Models;
using Acme.LoadTest.Targets;

namespace Acme.LoadTest.Workloads;

/// <summary>Makes workloads for a registry that has the models.</summary>
internal sealed class WorkloadSet(ServerClient registry, PreparedModels models)
{
    private readonly List<IngestMix> _ingests = [];

    /// <summary>Ids of what the workloads uploaded.</summary>
    public IEnumerable<string> Added => _ingests.SelectMany(i => i.Added);

    public async Task<Workload> CreateAsync(LoadTestWorkload workload, CancellationToken cancellationToken)
    {
        var bundle = $"artifacts/model/{models.TinyLlm}/download";
        switch (workload)
        {
            case LoadTestWorkload.Whole:
                return new DownloadWorkload(registry, bundle, await GeneratedModel.TinyLlm.BundleAsync(cancellationToken));
            case LoadTestWorkload.Weights:
                return new DownloadWorkload(registry, $"{bundle}?part=weights", await GeneratedModel.TinyLlm.WeightsAsync(cancellationToken));
            case LoadTestWorkload.File:
                return new DownloadWorkload(registry, $"artifacts/model/{models.TinyLlm}/files/{GeneratedModel.WeightsPath}", GeneratedModel.TinyLlm.File(GeneratedModel.WeightsPath));
            case LoadTestWorkload.Resumed:
                return new DownloadWorkload(registry, bundle, await GeneratedModel.TinyLlm.BundleAsync(cancellationToken), inTwoParts: true);
            case LoadTestWorkload.Metadata:
                return new MetadataMix(registry, models.All);
            case LoadTestWorkload.Search:
                return new SearchMix(registry, models.All);
            default:
                var ingest = new IngestMix(registry);
                _ingests.Add(ingest);
                return ingest;
        }
    }
}
