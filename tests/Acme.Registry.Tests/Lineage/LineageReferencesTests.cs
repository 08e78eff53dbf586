using Acme.Registry.Artifacts;
using Acme.Registry.Lineage;
using Acme.Registry.Tests.Scoring;
using static Acme.Registry.Tests.Scoring.Registered;

namespace Acme.Registry.Tests.Lineage;

public sealed class LineageReferencesTests
{
    private static async Task<IReadOnlyList<LineageReference>> Of(params (string, byte[])[] files) => LineageReferences.Of(await new Registered().CollectAsync(files));

    [Fact]
    public async Task Every_file_that_names_an_origin_is_read_and_the_same_name_counts_once()
    {
        var references = await Of(
            Text("config.json", """{"_name_or_path":"Acme/Base"}"""),
            Text("adapter_config.json", """{"base_model_name_or_path":"acme/other"}"""),
            Text("README.md", Cards.Good));

        Assert.Equal(
            [
                new("Acme/Base", "finetune", ArtifactType.Model, "config_json"),
                new("acme/other", "finetune", ArtifactType.Model, "adapter_config_json"),
                new("acme/reviews", "fine_tuning_dataset", ArtifactType.Dataset, "model_card"),
                new("https://github.com/acme/train", "code", ArtifactType.Code, "model_card"),
            ],
            references);
    }

    [Theory]
    [InlineData("./out")]
    [InlineData("/content/model")]
    [InlineData("../base")]
    [InlineData("C:\\models\\base")]
    [InlineData("checkpoint-500")]
    [InlineData("runs/checkpoint-500")]
    [InlineData("output/base")]
    [InlineData("a/b/c")]
    [InlineData("model")]
    [InlineData("acme/model")]
    [InlineData("https://huggingface.co/acme/model")]
    [InlineData("~/base")]
    [InlineData("")]
    public async Task Local_paths_and_the_models_own_name_are_no_parents(string value) =>
        Assert.Empty(await Of(Text("config.json", System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, string> { ["_name_or_path"] = value }))));

    [Theory]
    [InlineData("gpt2", "gpt2")]
    [InlineData("google-bert/bert-base-uncased", "google-bert/bert-base-uncased")]
    [InlineData("https://huggingface.co/openai/whisper-tiny/tree/main", "openai/whisper-tiny")]
    [InlineData("other/model", "other/model")]
    public async Task Names_on_the_hub_are_parents(string value, string name) =>
        Assert.Equal(name, Assert.Single(await Of(Text("config.json", $$"""{"_name_or_path":"{{value}}"}"""))).Name);

    [Fact]
    public async Task Base_models_may_be_a_list_and_datasets_carry_no_prefix()
    {
        var references = await Of(Text("README.md", "---\nbase_model: [a/x, b/y]\ndatasets: https://huggingface.co/datasets/c/z\n---\n"));

        Assert.Equal(["a/x", "b/y", "c/z"], references.Select(r => r.Name));
        Assert.Equal(["base_model", "base_model", "fine_tuning_dataset"], references.Select(r => r.Relationship));
    }
}
