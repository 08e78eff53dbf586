using System.Text;
using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Tests.Scoring.Weights;
using static Acme.Registry.Tests.Scoring.Registered;

namespace Acme.Registry.Tests.Scoring.Facts;

public sealed class FactCollectorTests
{
    [Fact]
    public async Task Card_configuration_licence_weights_and_links_are_collected()
    {
        var facts = await new Registered().CollectAsync(
            Text("ReadMe.MD", Cards.Good),
            Text("config.json", """{"model_type":"bert","_name_or_path":"acme/base","architectures":["BertModel"]}"""),
            Text("LICENSE", "MIT License"),
            ("model.safetensors", WeightFiles.GoodSafetensors()),
            Text("train.py", "pass"));

        Assert.Equal("ReadMe.MD", facts.Card!.Path);
        Assert.Equal(["apache-2.0"], facts.Card.FrontMatter.License);
        Assert.Equal(["acme/reviews"], facts.Card.FrontMatter.Datasets);
        Assert.Equal(["acme/base"], facts.Card.FrontMatter.BaseModels);
        Assert.Equal(["en", "de"], facts.Card.FrontMatter.Languages);
        Assert.Equal(["accuracy 0.91", "f1 0.9"], facts.Card.FrontMatter.Results.Select(r => $"{r.Metric} {r.Value}"));
        Assert.Equal("acme/base", facts.Config!.NameOrPath);
        Assert.Equal("bert", facts.Config.ModelType);
        Assert.Equal("LICENSE", Assert.Single(facts.LicenseFiles).Path);
        Assert.Equal(10, Assert.Single(facts.Weights).Parameters);
        Assert.Equal([LinkKind.Dataset, LinkKind.Paper, LinkKind.Repository], facts.Links.Select(l => l.Kind));
        Assert.Equal(4, facts.Files.BytesByKind["code"]);
        Assert.Equal(5, facts.Files.Count);
    }

    [Fact]
    public async Task Facts_survive_being_stored_whatever_the_bytes_of_the_files()
    {
        var random = new Random(7);
        var noise = new byte[5000];
        random.NextBytes(noise);
        var facts = await new Registered().CollectAsync(
            ("README.md", [.. Encoding.UTF8.GetBytes("---\nlicense: \"\\ud800\"\n---\n"), .. noise]), ("LICENSE", noise), ("config.json", noise), ("model.safetensors", noise));

        var json = JsonSerializer.SerializeToUtf8Bytes(facts, ScoringJson.Default.ArtifactFacts);
        var again = JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize(json, ScoringJson.Default.ArtifactFacts)!, ScoringJson.Default.ArtifactFacts);

        Assert.Equal(json, again);
        Assert.NotNull(facts.Config!.Problem);
        Assert.NotEmpty(Assert.Single(facts.Weights).Problems);
    }

    [Fact]
    public async Task A_file_whose_blob_has_not_arrived_counts_with_its_announced_size()
    {
        var registered = new Registered();
        var manifest = new Manifest([new("model.safetensors", 1234, Sha256Digest.Of("elsewhere"u8), 0), new("README.md", 5, Sha256Digest.Of("there"u8), 0)]);

        var facts = await new FactCollector(registered.Blobs, registered.Time).CollectAsync(new(ArtifactId.New(), ArtifactType.Model, "m", "u"), manifest, default);

        Assert.Equal(1234, Assert.Single(facts.Weights).Bytes);
        Assert.Null(facts.Card);
    }

    [Fact]
    public async Task A_huge_card_is_cut_and_many_files_are_listed_up_to_the_cap()
    {
        var registered = new Registered();
        var big = await registered.CollectAsync(Text("README.md", new string('é', 2 << 20)));
        var empty = Sha256Digest.Of("x"u8);
        var many = await new FactCollector(registered.Blobs, registered.Time).CollectAsync(
            new(ArtifactId.New(), ArtifactType.Model, "m", "u"), new(Enumerable.Range(0, 5000).Select(i => new ManifestEntry($"f{i}.csv", 2, empty, 0))), default);

        Assert.Equal(CardFacts.MaxText, big.Card!.Text.Length);
        Assert.Equal(FileFacts.MaxEntries, many.Files.Entries.Count);
        Assert.Equal(5000, many.Files.Count);
        Assert.Equal(10_000, many.Files.BytesByKind["data"]);
    }
}
