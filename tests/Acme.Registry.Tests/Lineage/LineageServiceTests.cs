using Acme.Registry.Artifacts;
using Acme.Registry.Lineage;
using Acme.Registry.Tests.Scoring;
using static Acme.Registry.Tests.Scoring.Registered;

namespace Acme.Registry.Tests.Lineage;

public sealed class LineageServiceTests
{
    private readonly Registered _registered = new();

    private static string Card(string parent) => $"---\nbase_model: {parent}\n---\nA model.";

    private Task<LineageGraph> Graph(Artifact artifact) => new LineageService(_registered.Catalog).GetGraphAsync(artifact);

    [Fact]
    public async Task Ancestors_are_found_in_any_order_of_registration()
    {
        var child = await _registered.PublishModelAsync("a/child", Card("a/parent"));
        var parent = await _registered.PublishModelAsync("a/parent", Card("a/grandparent"));
        var grandparent = await _registered.PublishModelAsync("a/grandparent", "none");

        var graph = await Graph(child);

        Assert.Equal([child.Id.ToString(), parent.Id.ToString(), grandparent.Id.ToString()], graph.Nodes.Select(n => n.Id));
        Assert.Equal(
            [new(parent.Id.ToString(), child.Id.ToString(), "base_model"), new(grandparent.Id.ToString(), parent.Id.ToString(), "base_model")],
            graph.Edges);
    }

    [Fact]
    public async Task A_parent_that_is_not_registered_is_an_external_node_with_a_stable_valid_id()
    {
        var child = await _registered.PublishModelAsync("a/child", Card("nobody/knows_it"));

        var external = (await Graph(child)).Nodes[1];

        Assert.Matches(ArtifactId.Pattern, external.Id);
        Assert.Equal("nobody/knows_it", external.Name);
        Assert.Equal("false", external.Metadata["registered"]);
        Assert.Equal(external.Id, (await Graph(child)).Nodes[1].Id);
    }

    [Fact]
    public async Task Cycles_end()
    {
        var a = await _registered.PublishModelAsync("x/a", Card("x/b"));
        await _registered.PublishModelAsync("x/b", Card("x/a"));

        var graph = await Graph(a);

        Assert.Equal(2, graph.Nodes.Count);
        Assert.Equal(2, graph.Edges.Count);
    }

    [Fact]
    public async Task A_url_goes_before_a_name_and_the_oldest_of_several_namesakes_wins()
    {
        var first = await _registered.PublishAsync(ArtifactType.Model, "base", "https://example.org/1");
        await _registered.PublishAsync(ArtifactType.Model, "base", "https://example.org/2");
        await _registered.PublishAsync(ArtifactType.Dataset, "org/base", "https://example.org/3");
        var child = await _registered.PublishModelAsync("a/child", Card("org/base"));
        Assert.Equal(first.Id.ToString(), (await Graph(child)).Nodes[1].Id);

        var named = await _registered.PublishAsync(ArtifactType.Model, "org/base", "https://example.org/4");
        Assert.Equal(named.Id.ToString(), (await Graph(child)).Nodes[1].Id);

        var located = await _registered.PublishModelAsync("org/base", "The one.");
        Assert.Equal(located.Id.ToString(), (await Graph(child)).Nodes[1].Id);
    }

    [Fact]
    public async Task A_namesake_of_another_owner_is_no_parent()
    {
        await _registered.PublishAsync(ArtifactType.Model, "base", "https://huggingface.co/stranger/base");
        var child = await _registered.PublishModelAsync("a/child", Card("org/base"));
        Assert.Equal("false", (await Graph(child)).Nodes[1].Metadata["registered"]);

        var parent = await _registered.PublishAsync(ArtifactType.Model, "base", "https://huggingface.co/org/base/tree/main");
        Assert.Equal(parent.Id.ToString(), (await Graph(child)).Nodes[1].Id);
    }

    [Theory]
    [InlineData("fair_face", "FairFace")]
    [InlineData("fashion_mnist", "fashion-mnist")]
    [InlineData("org/fashion-mnist", "fashion_mnist")]
    public async Task A_dataset_is_found_in_the_forms_in_which_it_is_written(string written, string name)
    {
        var dataset = await _registered.PublishAsync(ArtifactType.Dataset, name, $"https://huggingface.co/datasets/org/{written[(written.IndexOf('/') + 1)..]}/tree/main");
        var child = await _registered.PublishModelAsync("a/child", $"---\ndatasets: [{written}]\n---\nA model.");
        Assert.Equal(dataset.Id.ToString(), (await Graph(child)).Nodes[1].Id);
    }

    [Fact]
    public async Task A_model_with_a_malformed_configuration_has_no_lineage()
    {
        var model = await _registered.PublishModelAsync("a/child", Card("a/parent"), Text("config.json", "[]"));

        var e = await Assert.ThrowsAsync<LineageUnavailableException>(() => Graph(model));

        Assert.Contains("config.json is malformed", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_chain_is_cut_at_the_depth_limit_and_says_so()
    {
        var model = await _registered.PublishModelAsync("chain/m0", Card("chain/m1"));
        for (var i = 1; i < 40; i++) await _registered.PublishModelAsync($"chain/m{i}", Card($"chain/m{i + 1}"));

        var graph = await Graph(model);

        Assert.Equal(LineageService.MaxDepth + 1, graph.Nodes.Count);
        Assert.False(graph.IsComplete);
    }
}
