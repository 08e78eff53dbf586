using System.Net;

namespace Acme.Api.Tests.Artifacts;

[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class ListingTests : IAsyncLifetime
{
    private RegistryApp _app = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await RegistryApp.StartAsync();
        _admin = await _app.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task An_empty_registry_lists_nothing()
    {
        Assert.Empty(await NamesAsync("""[{"name":"*"}]"""));
    }

    [Fact]
    public async Task Queries_are_united_without_duplicates_and_names_match_exactly()
    {
        await _admin.UploadAsync(Zips.SmallModel("a"), "bert", "model");
        await _admin.UploadAsync(Zips.SmallModel("b"), "bert", "dataset");
        await _admin.UploadAsync(Zips.SmallModel("c"), "Bert", "model");
        await _admin.UploadAsync(Zips.SmallModel("d"), "bert-large", "code");

        Assert.Equal(["bert", "bert"], await NamesAsync("""[{"name":"bert"}]"""));
        Assert.Equal(["bert"], await NamesAsync("""[{"name":"bert","types":["dataset"]}]"""));
        Assert.Equal(["Bert", "bert", "bert"], (await NamesAsync("""[{"name":"bert"},{"name":"Bert"},{"name":"bert","types":["model"]}]""")).Order(StringComparer.Ordinal));
        Assert.Equal(4, (await NamesAsync("""[{"name":"*"},{"name":"bert"}]""")).Count);
        Assert.Equal(4, (await NamesAsync("""[{"name":"*","types":[]}]""")).Count);
        Assert.Equal(["bert-large"], await NamesAsync("""[{"name":"*","types":["code"]}]"""));
        Assert.Empty(await NamesAsync("""[{"name":"ber"}]"""));
    }

    [Fact]
    public async Task Pages_follow_the_offset_header_while_artifacts_come_and_go()
    {
        for (var i = 0; i < 7; i++) await _admin.UploadAsync(Zips.SmallModel($"{i}"), $"page-{i}");
        var seen = new List<string>();
        string? offset = null;
        do
        {
            using var response = await _admin.PostAsync($"/artifacts?limit=2{(offset is null ? "" : $"&offset={offset}")}", Zips.Json("""[{"name":"*"}]"""));
            var page = (await response.JsonAsync()).EnumerateArray().ToList();
            seen.AddRange(page.Select(a => a.GetProperty("name").GetString()!));
            offset = response.Headers.TryGetValues("offset", out var next) ? next.Single() : null;
            // One that was met already: whether one that was not is met after its deletion is the driver's business, like the order.
            if (seen.Count == 2) (await _admin.DeleteAsync($"/artifacts/model/{page[0].GetProperty("id").GetString()}")).EnsureSuccessStatusCode();
            if (seen.Count == 4) await _admin.UploadAsync(Zips.SmallModel("late"), "late");
        }
        while (offset is not null);
        Assert.Equal(seen.Distinct().Count(), seen.Count);
        Assert.Subset(seen.ToHashSet(), Enumerable.Range(0, 7).Select(i => $"page-{i}").ToHashSet());
    }

    private async Task<List<string>> NamesAsync(string queries)
    {
        using var response = await _admin.PostAsync("/artifacts", Zips.Json(queries));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. (await response.JsonAsync()).EnumerateArray().Select(a => a.GetProperty("name").GetString()!)];
    }
}
