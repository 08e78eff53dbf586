using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Acme.Api.Tests.Contract;
using Acme.Client;
using Acme.Client.Contract;
using Acme.Registry.Artifacts;
using Acme.Registry.Maintenance;
using Acme.Registry.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Acme.Api.Tests.Ingest;

/// <summary>A replacement of contents is taken back, from what the registry keeps and without asking the source.</summary>
public sealed class RestoreTests : IAsyncLifetime
{
    private ZipServer _server = null!;
    private RegistryApp _app = null!;
    private HttpClient _admin = null!;
    private RegistryClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ZipServer.StartAsync();
        _app = await RegistryApp.StartAsync("--Sources:Http:TrustedHosts:0", _server.Authority);
        _admin = await _app.SignedInAsync();
        _client = new(_admin);
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _app.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Contents_URL_card_and_rating_are_as_they_were_and_nothing_of_the_history_is_lost()
    {
        var (id, first) = await RegisterAsync("good");
        var rating = await _client.ExplainRatingAsync(id);
        await ReplaceAsync(id, "/ok/mistake.zip", "good");
        var second = (await SummaryAsync(id)).Row.Revision;

        using var response = await RestoreAsync(id, first);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        ContractChecker.Check(await response.JsonAsync(), "Artifact");

        var summary = await SummaryAsync(id);
        Assert.Equal([first, second, first], summary.Revisions.Select(r => r.Id));
        Assert.Equal(_server.Url("/ok/good.zip"), summary.Row.Url);
        Assert.Equal(ZipServer.CardOf("/ok/good.zip"), await ReadmeAsync(id));
        Assert.Equal(JsonSerializer.Serialize(rating), JsonSerializer.Serialize(await _client.ExplainRatingAsync(id)));
        Assert.Equal(id, Assert.Single(await FindAsync("/ok/good")));
        Assert.Empty(await FindAsync("/ok/mistake"));
        Assert.Equal(1, _server.Calls("/ok/good.zip"));

        var trail = (await _client.ListAuditAsync(Client.Contract.ArtifactType.Model, id)).Items;
        Assert.Equal([AuditAction.Create, AuditAction.Update, AuditAction.Update], trail.Select(e => e.Action).Where(a => a is AuditAction.Create or AuditAction.Update));
        Assert.All(trail, e => Assert.Equal(RegistryApp.AdminName, e.User.Name));
    }

    [Fact]
    public async Task Restoring_is_undone_by_restoring_and_what_is_current_already_stays_as_it_is()
    {
        var (id, first) = await RegisterAsync("twice");
        await ReplaceAsync(id, "/ok/other.zip", "twice");
        var second = (await SummaryAsync(id)).Row.Revision;
        await _client.RestoreRevisionAsync(Client.Contract.ArtifactType.Model, id, first);
        await _client.RestoreRevisionAsync(Client.Contract.ArtifactType.Model, id, second);
        var before = JsonSerializer.Serialize(await SummaryAsync(id));
        await _client.RestoreRevisionAsync(Client.Contract.ArtifactType.Model, id, second);
        Assert.Equal(before, JsonSerializer.Serialize(await SummaryAsync(id)));
        Assert.Equal(ZipServer.CardOf("/ok/other.zip"), await ReadmeAsync(id));
    }

    [Fact]
    public async Task Of_many_who_restore_the_same_at_once_one_adds_a_revision()
    {
        var (id, first) = await RegisterAsync("contended");
        await ReplaceAsync(id, "/ok/contender.zip", "contended");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _client.RestoreRevisionAsync(Client.Contract.ArtifactType.Model, id, first)));
        var summary = await SummaryAsync(id);
        Assert.Equal(3, summary.Revisions.Count);
        Assert.Equal(first, summary.Row.Revision);
    }

    [Fact]
    public async Task Garbage_collection_keeps_what_restoring_needs()
    {
        var (id, first) = await RegisterAsync("collected");
        var rating = await _client.ExplainRatingAsync(id);
        await ReplaceAsync(id, "/ok/collected-too.zip", "collected");
        await _app.Services.GetRequiredService<GarbageCollector>().CollectAsync(TimeSpan.Zero, TimeSpan.Zero);
        await _client.RestoreRevisionAsync(Client.Contract.ArtifactType.Model, id, first);
        Assert.Equal(ZipServer.CardOf("/ok/collected.zip"), await ReadmeAsync(id));
        Assert.Equal(JsonSerializer.Serialize(rating), JsonSerializer.Serialize(await _client.ExplainRatingAsync(id)));
    }

    [Fact]
    public async Task Contents_whose_rating_was_not_kept_are_rated_from_their_files()
    {
        var (id, first) = await RegisterAsync("unrated");
        var rating = await _client.ExplainRatingAsync(id);
        await ReplaceAsync(id, "/ok/unrated-too.zip", "unrated");
        // As registries have them that were filled before ratings of earlier contents were kept.
        var artifacts = _app.Services.GetRequiredService<ICatalog>().Artifacts;
        var found = (await artifacts.FindAsync(ArtifactId.Parse(id)))!;
        await artifacts.SaveAsync(found.Item with { Revisions = [.. found.Item.Revisions.Select(r => r with { Rating = null, License = null })] }, null, found.Version);

        await _client.RestoreRevisionAsync(Client.Contract.ArtifactType.Model, id, first);
        var again = await _client.ExplainRatingAsync(id);
        Assert.Equal(rating.Rating.NetScore, again.Rating.NetScore);
        Assert.True(again.RatedAt > rating.RatedAt);
    }

    [Fact]
    public async Task A_data_set_comes_back_with_its_licence()
    {
        var id = await _admin.UploadAsync(Zips.Of(("README.md", "---\nlicense: mit\n---\n# Data\n"), ("data.csv", "a,b\n1,2\n")), "data", "dataset", _server.Url("/ok/data-origin.zip"));
        var first = (await _client.GetSummaryAsync(Client.Contract.ArtifactType.Dataset, id)).Row.Revision;
        await ReplaceAsync(id, "/ok/no-licence.zip", "data", "dataset");
        Assert.Null((await _client.GetSummaryAsync(Client.Contract.ArtifactType.Dataset, id)).Row.License);
        await _client.RestoreRevisionAsync(Client.Contract.ArtifactType.Dataset, id, first);
        Assert.Equal("MIT", (await _client.GetSummaryAsync(Client.Contract.ArtifactType.Dataset, id)).Row.License);
    }

    [Fact]
    public async Task A_policy_that_is_enforced_rejects_contents_that_it_did_not_know_and_nothing_changes()
    {
        var (id, first) = await RegisterAsync("lenient");
        await ReplaceAsync(id, "/ok/later.zip", "lenient");
        var before = JsonSerializer.Serialize(await SummaryAsync(id));
        await _client.SwitchPolicyAsync("strict");
        using var response = await RestoreAsync(id, first);
        await response.ProblemAsync(424);
        Assert.Equal(before, JsonSerializer.Serialize(await SummaryAsync(id)));
    }

    [Fact]
    public async Task A_URL_that_another_artifact_has_meanwhile_is_409_and_names_it()
    {
        var (id, first) = await RegisterAsync("moved");
        await ReplaceAsync(id, "/ok/new-home.zip", "moved");
        var (other, _) = await RegisterAsync("moved");
        using var response = await RestoreAsync(id, first);
        Assert.Contains(other, await response.ProblemAsync(409));
        Assert.Equal(2, (await SummaryAsync(id)).Revisions.Count);
    }

    [Fact]
    public async Task A_revision_of_which_a_file_is_lost_is_410_and_nothing_changes()
    {
        var (id, first) = await RegisterAsync("damaged");
        var card = (await _client.ListFilesAsync(Client.Contract.ArtifactType.Model, id, first)).Single(f => f.Path == "README.md").Sha256;
        await ReplaceAsync(id, "/ok/whole.zip", "damaged");
        Assert.True(await _app.Services.GetRequiredService<IBlobStore>().DeleteAsync(Sha256Digest.Parse(card), DateTimeOffset.MaxValue));
        using var response = await RestoreAsync(id, first);
        Assert.Contains("README.md", await response.ProblemAsync(410));
        Assert.Equal(ZipServer.CardOf("/ok/whole.zip"), await ReadmeAsync(id));
        Assert.Equal(2, (await SummaryAsync(id)).Revisions.Count);
    }

    [Fact]
    public async Task What_is_not_there_is_404_and_who_may_not_upload_is_refused()
    {
        var (id, first) = await RegisterAsync("guarded");
        await (await RestoreAsync(id, new('0', 40))).ProblemAsync(404);
        await (await RestoreAsync("123456", first)).ProblemAsync(404);
        await (await _admin.PostAsync($"/artifacts/dataset/{id}/revisions/{first}/restore", null)).ProblemAsync(404);

        await _client.RegisterUserAsync(new() { Name = "reader", Password = RegistryApp.AdminPassword, Permissions = [Permission.Search, Permission.Download] });
        using var reader = await _app.SignedInAsync("reader");
        await (await reader.PostAsync($"/artifacts/model/{id}/revisions/{first}/restore", null)).ProblemAsync(403);
        await (await _app.Http.PostAsync($"/artifacts/model/{id}/revisions/{first}/restore", null)).ProblemAsync(403);
    }

    private async Task<(string Id, string Revision)> RegisterAsync(string name)
    {
        using var response = await _admin.PostAsJsonAsync("/artifact/model", new { url = _server.Url($"/ok/{name}.zip"), name });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var id = (await response.JsonAsync()).GetProperty("metadata").GetProperty("id").GetString()!;
        return (id, (await SummaryAsync(id)).Row.Revision);
    }

    private async Task ReplaceAsync(string id, string path, string name, string type = "model")
    {
        using var response = await _admin.PutAsJsonAsync($"/artifacts/{type}/{id}", new { metadata = new { name, id, type }, data = new { url = _server.Url(path) } });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private Task<HttpResponseMessage> RestoreAsync(string id, string revision) => _admin.PostAsync($"/artifacts/model/{id}/revisions/{revision}/restore", null);

    private Task<ArtifactSummary> SummaryAsync(string id) => _client.GetSummaryAsync(Client.Contract.ArtifactType.Model, id);

    private Task<string> ReadmeAsync(string id) => _admin.GetStringAsync($"/artifacts/model/{id}/files/README.md");

    private async Task<IEnumerable<string>> FindAsync(string pattern)
    {
        using var response = await _admin.PostAsJsonAsync("/artifact/byRegEx", new { regex = pattern });
        if (response.StatusCode == HttpStatusCode.NotFound) return [];
        return (await response.JsonAsync()).EnumerateArray().Select(a => a.GetProperty("id").GetString()!);
    }
}
