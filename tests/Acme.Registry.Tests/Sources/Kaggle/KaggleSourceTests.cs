using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Sources;
using Acme.Registry.Sources.Http;
using Acme.Registry.Sources.Kaggle;
using Acme.Registry.Tests.Sources.HuggingFace;
using Acme.Registry.Tests.Zip;
using Acme.Registry.Zip;
using Acme.Upstreams.Kaggle;

namespace Acme.Registry.Tests.Sources.Kaggle;

public sealed class KaggleSourceTests : IClassFixture<SharedUpstreams>, IDisposable
{
    private readonly SharedUpstreams _shared;
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"acme-test-{Guid.NewGuid():N}");
    private readonly KaggleHub _kaggle;

    public KaggleSourceTests(SharedUpstreams shared)
    {
        _shared = shared;
        _kaggle = Kaggle();
    }

    public void Dispose()
    {
        _kaggle.Dispose();
        if (Directory.Exists(_directory)) Directory.Delete(_directory);
    }

    [Theory]
    [InlineData("https://www.kaggle.com/datasets/zynicide/wine-reviews", "wine-reviews")]
    [InlineData("https://kaggle.com/datasets/zynicide/wine-reviews/data?select=a.csv", "wine-reviews")]
    [InlineData("https://www.kaggle.com/zynicide/wine-reviews/", "wine-reviews")]
    [InlineData("https://www.kaggle.com/competitions/titanic", "titanic")]
    public void The_name_is_that_of_the_dataset(string url, string name)
    {
        Assert.True(Source(_kaggle).Handles(new(url)));
        Assert.Equal(name, Source(_kaggle).NameFor(new(url)));
    }

    [Theory]
    [InlineData("datasets/acme-measures/penguin-measurements")]
    [InlineData("acme-measures/penguin-measurements")]
    public async Task A_dataset_comes_with_its_files_and_a_card_of_its_metadata(string path)
    {
        await using var snapshot = await FetchAsync(_kaggle, path);
        Assert.Equal(["README.md", "codebook.txt", "dataset-metadata.json", "extra/islands.csv", "penguins.csv"], snapshot.Files.Select(f => f.Path).Order(StringComparer.Ordinal));
        foreach (var file in snapshot.Files) Assert.Equal(file.Size, (await ZipReading.ReadAsync(file)).Length);
        var card = await ZipReading.ReadTextAsync(snapshot.Files.Single(f => f.Path == "README.md"));
        var (frontMatter, problem) = FrontMatterParser.Parse(card);
        Assert.Null(problem);
        Assert.Equal(["cc-by-sa-4.0"], frontMatter.License);
        Assert.Equal(["biology", "tabular"], frontMatter.Tags);
        Assert.Contains("# Penguin measurements\n\nBills, flippers and mass of 344 birds\n\nMeasurements of penguins", card);
    }

    [Fact]
    public async Task Kaggle_tells_what_it_knows_about_a_dataset()
    {
        await using var snapshot = await FetchAsync(_kaggle, "datasets/acme-measures/penguin-measurements");
        var facts = snapshot.Hub!;
        Assert.Equal(("https://www.kaggle.com/datasets/acme-measures/penguin-measurements", "CC-BY-SA-4.0", 5123L, 64), (facts.Url, facts.License, facts.Downloads, facts.Likes));
        Assert.Null(facts.Problem);
    }

    [Fact]
    public async Task Without_a_key_a_locked_dataset_comes_as_metadata_and_says_why()
    {
        await using var snapshot = await FetchAsync(_kaggle, "datasets/acme-measures/locked-prices");
        Assert.Equal(["README.md", "dataset-metadata.json"], snapshot.Files.Select(f => f.Path).Order(StringComparer.Ordinal));
        Assert.Contains("Sources:Kaggle:User", snapshot.Hub!.Problem);
        using var metadata = JsonDocument.Parse(await ZipReading.ReadAsync(snapshot.Files.Single(f => f.Path == "dataset-metadata.json")));
        Assert.Equal(["notes.txt", "prices.csv", "units.txt"], metadata.RootElement.GetProperty("resources").EnumerateArray().Select(r => r.GetProperty("path").GetString()));
        var (frontMatter, _) = FrontMatterParser.Parse(await ZipReading.ReadTextAsync(snapshot.Files.Single(f => f.Path == "README.md")));
        Assert.Equal(["other"], frontMatter.License);
        Assert.Equal("Other (specified in description)", frontMatter.LicenseName);
    }

    [Fact]
    public async Task With_the_key_it_comes_whole()
    {
        using var kaggle = Kaggle(KaggleEndpoints.User, KaggleEndpoints.Key);
        await using var snapshot = await FetchAsync(kaggle, "datasets/acme-measures/locked-prices");
        Assert.Equal(5, snapshot.Files.Count);
        Assert.Null(snapshot.Hub!.Problem);
    }

    [Theory]
    [InlineData("datasets/acme-measures/none", "no public dataset 'acme-measures/none'")]
    [InlineData("competitions/titanic", "names no dataset")]
    [InlineData("code/someone/notebook", "names no dataset")]
    [InlineData("", "names no dataset")]
    public async Task What_cannot_be_taken_is_a_clear_problem(string path, string why) =>
        Assert.Contains(why, (await Assert.ThrowsAsync<SourceException>(() => FetchAsync(_kaggle, path))).Message);

    [Theory]
    [InlineData("CC0: Public Domain", "CC0-1.0")]
    [InlineData("Attribution 4.0 International (CC BY 4.0)", "CC-BY-4.0")]
    [InlineData("CC BY-NC-SA 4.0", "CC-BY-NC-SA-4.0")]
    [InlineData("Apache 2.0", "Apache-2.0")]
    [InlineData("Unknown", "Unknown")]
    public async Task Licence_names_become_identifiers_where_there_are_some(string name, string license)
    {
        await using var server = new StubServer((_, stream, stop) =>
            stream.WriteAsync(StubServer.Response(JsonSerializer.SerializeToUtf8Bytes(new { licenseNameNullable = name, totalBytesNullable = 7 })), stop).AsTask());
        using var kaggle = new KaggleHub(new() { Endpoint = server.Url("/") }, new(), TimeProvider.System);
        var facts = await new KaggleDatasets(kaggle).ReadAsync("a/b", new("the card links it"), default);
        Assert.Equal((license, 7L), (facts.License, facts.TotalSize));
    }

    [Fact]
    public async Task The_description_of_a_linked_dataset_is_read()
    {
        var reader = new KaggleDatasets(_kaggle);
        var name = reader.NameOf("https://www.kaggle.com/datasets/acme-measures/penguin-measurements/data");
        Assert.Equal("acme-measures/penguin-measurements", name);
        Assert.Null(reader.NameOf("acme-measures/penguin-measurements"));
        var facts = await reader.ReadAsync(name!, new("the card links it"), default);
        Assert.Contains("callipers", facts.Card!.Text);
        Assert.True(facts.TotalSize > 0);
        Assert.Contains("no public dataset", (await reader.ReadAsync("a/none", new("the card links it"), default)).Problem);
    }

    private Task<Snapshot> FetchAsync(KaggleHub kaggle, string path) =>
        Source(kaggle).FetchAsync(new($"https://www.kaggle.com/{path}"), ArtifactType.Dataset, default);

    private KaggleSource Source(KaggleHub kaggle) => new(kaggle, new HttpSourceOptions { SpoolDirectory = _directory }, ZipLimits.Default);

    private KaggleHub Kaggle(string? user = null, string? key = null) =>
        new(new() { Endpoint = _shared.Server.Kaggle, User = user, Key = key }, new HttpSourceOptions(), TimeProvider.System);
}
