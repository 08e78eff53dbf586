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

    [Theory]
    [InlineData("/artifacts?offset=banana", 400)]
    [InlineData("/artifacts?offset=%00", 400)]
    [InlineData("/artifacts?limit=0", 400)]
    [InlineData("/artifacts?limit=1001", 400)]
    [InlineData("/artifacts?limit=x", 400)]
    public async Task Bad_cursors_and_limits_are_refused(string path, int status) =>
        await (await _admin.PostAsync(path, Zips.Json("""[{"name":"*"}]"""))).ProblemAsync(status);

    [Fact]
    public async Task More_than_a_hundred_queries_are_too_many()
    {
        var queries = string.Join(",", Enumerable.Repeat("""{"name":"x"}""", 101));
        await (await _admin.PostAsync("/artifacts", Zips.Json($"[{queries}]"))).ProblemAsync(413);
    }

    [Theory]
    [InlineData("org/model name")]
    [InlineData("with%2Fescape")]
    [InlineData("quote\" and 'apostrophe' and `backtick`; DROP TABLE")]
    [InlineData("نموذج-عربي")]
    [InlineData("模型🙂")]
    [InlineData("a+b & c?d#e")]
    public async Task A_name_is_found_whatever_it_contains(string name)
    {
        var id = await _admin.UploadAsync(Zips.SmallModel(), name);
        using var response = await _admin.GetAsync($"/artifact/byName/{Uri.EscapeDataString(name)}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var found = Assert.Single((await response.JsonAsync()).EnumerateArray());
        Assert.Equal((id, name), (found.GetProperty("id").GetString(), found.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_long_name_is_found_and_one_too_long_is_refused()
    {
        var name = new string('n', 300);
        await _admin.UploadAsync(Zips.SmallModel(), name);
        Assert.Equal(HttpStatusCode.OK, (await _admin.GetAsync($"/artifact/byName/{name}")).StatusCode);
        await (await _admin.PostAsync("/artifact/model/upload", Zips.Form(Zips.SmallModel("x"), new string('n', 513)))).ProblemAsync(400);
        await (await _admin.GetAsync("/artifact/byName/nothing-has-this-name")).ProblemAsync(404);
    }

    [Theory]
    [InlineData(".*?(audience|bert).*", 2)]
    [InlineData("audience", 1)]
    [InlineData("AUDIENCE", 0)]
    [InlineData("(?i)AUDIENCE", 1)]
    [InlineData("^bert$", 1)]
    [InlineData("quantum chromodynamics", 1)]
    [InlineData("no such thing", 0)]
    [InlineData("e", 3)]
    public async Task A_regular_expression_is_searched_for_in_names_and_cards(string pattern, int hits)
    {
        await _admin.UploadAsync(Zips.SmallModel(), "audience-classifier");
        await _admin.UploadAsync(Zips.SmallModel("# x"), "bert");
        await _admin.UploadAsync(Zips.SmallModel("# Physics\n\nAnswers about quantum chromodynamics."), "physics");
        using var response = await _admin.PostAsync("/artifact/byRegEx", Zips.Json($$"""{"regex":"{{pattern}}"}"""));
        if (hits == 0) await response.ProblemAsync(404);
        else Assert.Equal(hits, (await response.JsonAsync()).GetArrayLength());
    }

    private async Task<List<string>> NamesAsync(string queries)
    {
        using var response = await _admin.PostAsync("/artifacts", Zips.Json(queries));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. (await response.JsonAsync()).EnumerateArray().Select(a => a.GetProperty("name").GetString()!)];
    }
}
