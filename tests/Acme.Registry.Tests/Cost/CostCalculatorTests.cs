using Acme.Registry.Artifacts;
using Acme.Registry.Cost;
using Acme.Registry.Tests.Scoring;

namespace Acme.Registry.Tests.Cost;

public sealed class CostCalculatorTests
{
    private readonly Registered _registered = new();

    private Task<IReadOnlyDictionary<ArtifactId, ArtifactCost>> Cost(Artifact artifact, bool withDependencies = true) =>
        new CostCalculator(_registered.Catalog, new(_registered.Blobs)).CalculateAsync(artifact, withDependencies);

    private static double Megabytes(params Artifact[] artifacts) => artifacts.Sum(a => a.Head.TotalSize) / 1e6;

    [Fact]
    public async Task Every_artifact_of_the_closure_has_its_own_cost_and_total_and_shared_ones_count_once()
    {
        var dataset = await _registered.PublishAsync(ArtifactType.Dataset, "org/data", "https://huggingface.co/datasets/org/data", ("d.csv", new byte[3_000_000]));
        var code = await _registered.PublishAsync(ArtifactType.Code, "org-code", "https://github.com/org/code", ("c.py", new byte[100_000]));
        var parent = await _registered.PublishModelAsync("org/parent", "---\ndatasets: [org/data]\n---\nParent.", ("w.bin", new byte[2_000_000]));
        var child = await _registered.PublishModelAsync(
            "org/child", "---\nbase_model: org/parent\ndatasets: [org/data, not/registered]\n---\nSee https://github.com/org/code/tree/main.", ("w.bin", new byte[1_000_000]));

        var costs = await Cost(child);

        Assert.Equal(4, costs.Count);
        Assert.Equal(Megabytes(child, parent, dataset, code), costs[child.Id].Total, 9);
        Assert.Equal(Megabytes(child), costs[child.Id].Standalone, 9);
        Assert.Equal(Megabytes(parent, dataset), costs[parent.Id].Total, 9);
        Assert.Equal(3, costs[dataset.Id].Total, 9);
        Assert.Equal(0.1, costs[code.Id].Standalone, 9);
    }

    [Fact]
    public async Task Files_that_several_artifacts_share_count_once_in_the_unique_cost_of_the_asked_one()
    {
        var shared = new byte[2_000_000];
        var parent = await _registered.PublishModelAsync("org/parent", "Parent.", ("w.bin", shared));
        var child = await _registered.PublishModelAsync("org/child", "---\nbase_model: org/parent\n---\nChild.", ("w.bin", shared), ("copy.bin", shared), ("own.bin", [1]));

        var costs = await Cost(child);

        Assert.Equal(Megabytes(child, parent) - 4, costs[child.Id].Unique!.Value, 9);
        Assert.Equal(Megabytes(child, parent), costs[child.Id].Total, 9);
        Assert.Null(costs[parent.Id].Unique);
        Assert.Null((await Cost(child, withDependencies: false))[child.Id].Unique);
    }

    [Fact]
    public async Task Without_dependencies_there_is_the_artifact_alone()
    {
        await _registered.PublishModelAsync("org/parent", "Parent.");
        var child = await _registered.PublishModelAsync("org/child", "---\nbase_model: org/parent\n---\n");

        var cost = Assert.Single(await Cost(child, withDependencies: false));

        Assert.Equal(child.Id, cost.Key);
        Assert.Equal(Megabytes(child), cost.Value.Total, 12);
    }

    [Fact]
    public async Task In_a_cycle_everyone_costs_everyone()
    {
        var a = await _registered.PublishModelAsync("x/a", "---\nbase_model: x/b\n---\n", ("w.bin", new byte[10]));
        var b = await _registered.PublishModelAsync("x/b", "---\nbase_model: x/a\n---\n", ("w.bin", new byte[20]));

        var costs = await Cost(a);

        Assert.All([a, b], node => Assert.Equal(Megabytes(a, b), costs[node.Id].Total, 12));
    }
}
