using Acme.Client;
using Acme.Client.Contract;

namespace Acme.Api.Tests.Artifacts;

/// <summary>The directory, the overview and what an artifact's page shows, through the typed client.</summary>
[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class DirectoryTests(SharedRegistry registry) : IClassFixture<SharedRegistry>
{
    private readonly RegistryClient _client = new(registry.Admin);

    [Fact]
    public async Task Rows_meet_every_condition_and_pages_meet_each_once()
    {
        List<string> ids = [];
        foreach (var i in Enumerable.Range(0, 5))
        {
            var card = $"---\nlicense: {(i % 2 == 0 ? "mit" : "apache-2.0")}\nbase_model: browse-org/base\n---\n# Thing\n\nSays a.b (x)? and browsing-{i}.\n";
            ids.Add(await registry.Admin.UploadAsync(Zips.SmallModel(card), $"browse-{i}"));
        }
        await registry.Admin.UploadAsync(Zips.Of(("data.csv", "a,b\n"u8.ToArray())), "browse-data", "dataset");

        var query = new DirectoryQuery { Text = "browse-", Order = DirectoryOrder.Name, Limit = 2 };
        List<ArtifactRow> rows = [];
        string? cursor = null;
        do
        {
            var page = await _client.BrowseAsync(query with { Cursor = cursor });
            Assert.InRange(page.Items.Count, 1, 2);
            rows.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(["browse-0", "browse-1", "browse-2", "browse-3", "browse-4", "browse-data"], rows.Select(r => r.Name));
        var row = rows[0];
        Assert.Equal((ids[0], ArtifactType.Model, "MIT", 3), (row.Id, row.Type, row.License, row.FileCount));
        Assert.InRange(row.NetScore!.Value, 0, 1);
        Assert.True(row.Accepted);
        Assert.NotEmpty(row.Findings!);
        Assert.Null(rows[^1].NetScore);

        Assert.Equal(["browse-4", "browse-2", "browse-0"], await NamesAsync(new() { License = "mit", Parents = ["browse-org/base"] }));
        Assert.Equal(["browse-3", "browse-1"], await NamesAsync(new() { License = "APACHE-2.0", Parents = ["browse-org/base"] }));
        Assert.Equal(["browse-data"], await NamesAsync(new() { Types = [ArtifactType.Dataset, ArtifactType.Code], Text = "browse-" }));
        Assert.Equal(["browse-3"], await NamesAsync(new() { Text = "BROWSING-3" }));
        // Plain text is no expression.
        Assert.Equal(5, (await NamesAsync(new() { Text = "a.b (x)?" })).Count);
        Assert.Equal(["browse-2"], await NamesAsync(new() { Pattern = "^browse-[2]$" }));
        Assert.Empty(await NamesAsync(new() { Text = "browse-", Accepted = false }));
        Assert.Equal(5, (await NamesAsync(new() { Text = "browse-", Accepted = true, MinNetScore = 0 })).Count);
        Assert.Empty(await NamesAsync(new() { Text = "browse-", MinNetScore = 1 }));
        Assert.Equal(5, (await NamesAsync(new() { Text = "browse-", Findings = [row.Findings![0]] })).Count);
        Assert.Empty(await NamesAsync(new() { Text = "browse-", Findings = ["no.such_probe"] }));
    }

    [Theory]
    [InlineData("type=gadget")]
    [InlineData("order=oldest")]
    [InlineData("verdict=maybe")]
    [InlineData("minNetScore=2")]
    [InlineData("minNetScore=-0.1")]
    [InlineData("minNetScore=NaN")]
    [InlineData("minNetScore=much")]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("cursor=nonsense")]
    [InlineData("pattern=(")]
    [InlineData("pattern=a(?%3Db)")]
    [InlineData("q=a&pattern=b")]
    public async Task A_condition_that_cannot_be_used_is_refused(string query) =>
        await (await registry.Admin.GetAsync($"/artifacts?{query}")).ProblemAsync(400);

    [Fact]
    public async Task Conditions_are_bounded_and_empty_ones_are_none()
    {
        await (await registry.Admin.GetAsync($"/artifacts?q={new string('x', 1001)}")).ProblemAsync(400);
        await (await registry.Admin.GetAsync($"/artifacts?{string.Join('&', Enumerable.Range(0, 21).Select(i => $"finding=f{i}"))}")).ProblemAsync(400);
        await registry.Admin.UploadAsync(Zips.SmallModel(), "bounded-empty");
        using var response = await registry.Admin.GetAsync("/artifacts?q=bounded-empty&pattern=&license=&verdict=&type=&parent=&finding=&order=");
        Assert.Single((await response.JsonAsync()).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task The_directory_needs_the_permission_to_search()
    {
        await (await registry.App.Http.GetAsync("/artifacts")).ProblemAsync(403);
        await (await registry.App.Http.GetAsync("/overview")).ProblemAsync(403);
    }

    [Fact]
    public async Task The_overview_counts_what_is_there_and_names_the_newest_and_the_best()
    {
        await using var app = await RegistryApp.StartAsync();
        using var admin = await app.SignedInAsync();
        var client = new RegistryClient(admin);
        Assert.Equal(0, (await client.GetOverviewAsync()).Counts.Values.Sum());
        foreach (var i in Enumerable.Range(0, 8)) await admin.UploadAsync(Zips.SmallModel($"# Model {i}"), $"overview-{i}");
        await admin.UploadAsync(Zips.Of(("x.py", "x"u8.ToArray())), "overview-code", "code");

        var overview = await client.GetOverviewAsync();
        Assert.Equal((8, 0, 1, 0), (overview.Counts["model"], overview.Counts["dataset"], overview.Counts["code"], overview.Rejected));
        Assert.Equal(["overview-code", "overview-7", "overview-6"], overview.Newest.Take(3).Select(r => r.Name));
        Assert.All(overview.BestRated, r => Assert.NotNull(r.NetScore));
        Assert.Equal(overview.BestRated.OrderByDescending(r => r.NetScore).Select(r => r.NetScore), overview.BestRated.Select(r => r.NetScore));
        Assert.Empty(overview.Attention);
        Assert.False(string.IsNullOrEmpty(overview.Version));
    }

    [Fact]
    public async Task A_summary_has_record_revisions_and_files_and_the_card_is_plain_text()
    {
        var id = await registry.Admin.UploadAsync(Zips.SmallModel("---\nbase_model: acme/base\n---\n# <script>alert(1)</script>\n"), "summary-model");
        var summary = await _client.GetSummaryAsync(ArtifactType.Model, id);
        Assert.Equal("summary-model", summary.Row.Name);
        Assert.Equal(RegistryApp.AdminName, summary.Row.CreatedBy);
        Assert.Equal(("acme/base", "base_model"), (summary.Parents.Single().Name, summary.Parents.Single().Relationship));
        Assert.Equal((3, 3, 0, false), (summary.Mirror.Files, summary.Mirror.StoredFiles, summary.Mirror.FailedFiles, summary.Mirror.KeptAtSource));
        Assert.Equal(summary.Row.Size, summary.Mirror.ArrivedBytes);
        Assert.Equal("README.md", summary.CardPath);
        Assert.NotNull(summary.RatedAt);
        var revision = Assert.Single(summary.Revisions);
        Assert.Equal(summary.Row.Revision, revision.Id);

        using var response = await registry.Admin.GetAsync($"/artifacts/model/{id}/card");
        Assert.Equal("text/markdown", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        var card = await _client.GetCardAsync(ArtifactType.Model, id);
        Assert.Equal(("README.md", false), (card!.Path, card.IsTruncated));
        Assert.Contains("<script>", card.Markdown);

        Assert.Equal(3, (await _client.ListFilesAsync(ArtifactType.Model, id, revision.Id)).Count);
        await (await registry.Admin.GetAsync($"/artifacts/model/{id}/files?revision={new string('0', 40)}")).ProblemAsync(404);
        await (await registry.Admin.GetAsync($"/artifacts/model/{id}/files/README.md?revision=none")).ProblemAsync(404);
        Assert.Contains("acme/base", await registry.Admin.GetStringAsync($"/artifacts/model/{id}/files/README.md?revision={revision.Id}"));
    }

    [Fact]
    public async Task Without_a_card_there_is_none_and_a_long_one_is_cut()
    {
        var without = await registry.Admin.UploadAsync(Zips.Of(("data.csv", "a,b\n"u8.ToArray())), "card-none", "dataset");
        Assert.Null(await _client.GetCardAsync(ArtifactType.Dataset, without));
        Assert.Null((await _client.GetSummaryAsync(ArtifactType.Dataset, without)).CardPath);

        var longCard = await registry.Admin.UploadAsync(Zips.Of(("README.md", "# Long\n" + new string('x', 300_000))), "card-long", "dataset");
        var card = await _client.GetCardAsync(ArtifactType.Dataset, longCard);
        Assert.True(card!.IsTruncated);
        Assert.InRange(card.Markdown.Length, 1, 262_144);
        await (await registry.Admin.GetAsync("/artifacts/model/9999999999/card")).ProblemAsync(404);
        await (await registry.Admin.GetAsync($"/artifacts/model/{longCard}/summary")).ProblemAsync(404);
        await (await registry.Admin.GetAsync("/artifacts/model/bad!id/summary")).ProblemAsync(400);
    }

    private async Task<List<string>> NamesAsync(DirectoryQuery query) => [.. (await _client.BrowseAsync(query)).Items.Select(r => r.Name)];
}
