using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Acme.Api.Tests.Contract;
using Acme.Api.Tests.Ingest;
using Acme.Client;
using Acme.Client.Contract;
using Acme.Registry.Maintenance;
using Acme.Registry.Storage;
using Microsoft.Extensions.DependencyInjection;
using ArtifactId = Acme.Registry.Artifacts.ArtifactId;
using Sha256Digest = Acme.Registry.Artifacts.Sha256Digest;

namespace Acme.Api.Tests.Artifacts;

/// <summary>A deletion is taken back by an administrator.</summary>
[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class UndeleteTests : IAsyncLifetime
{
    private ZipServer _server = null!;
    private RegistryApp _app = null!;
    private HttpClient _admin = null!;
    private RegistryClient _client = null!;

    private ICatalog Catalog => _app.Services.GetRequiredService<ICatalog>();

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
    public async Task It_comes_back_as_it_was_with_its_history_and_is_found_by_every_way()
    {
        var id = await RegisterAsync("phoenix");
        (await _admin.PutAsJsonAsync($"/artifacts/model/{id}", new { metadata = new { name = "phoenix", id, type = "model" }, data = new { url = _server.Url("/same/ashes.zip") } }))
            .EnsureSuccessStatusCode();
        var rating = await _client.ExplainRatingAsync(id);
        var summary = await SummaryAsync(id);
        var zip = await _admin.GetByteArrayAsync($"/artifacts/model/{id}/download");

        var before = DateTime.UtcNow;
        await _client.DeleteAsync(ArtifactType.Model, id);
        await (await _admin.GetAsync($"/artifacts/model/{id}")).ProblemAsync(404);
        Assert.Empty(await FindAsync("phoenix"));
        var deleted = Assert.Single((await _client.ListDeletedAsync()).Items);
        Assert.Equal((id, ArtifactType.Model, "phoenix", _server.Url("/same/ashes.zip"), RegistryApp.AdminName), (deleted.Id, deleted.Type, deleted.Name, deleted.Url, deleted.DeletedBy));
        Assert.Equal((summary.Row.Size, summary.Row.FileCount), (deleted.Size, deleted.FileCount));
        Assert.InRange(deleted.DeletedAt, before.AddSeconds(-1), DateTime.UtcNow.AddSeconds(1));
        Assert.Equal(TimeSpan.FromDays(14), deleted.RestorableUntil - deleted.DeletedAt);
        Assert.Equal(TimeSpan.FromDays(14), TimeSpan.FromSeconds(summary.RestorableSeconds!.Value));

        using var response = await RestoreAsync(id);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await response.JsonAsync();
        ContractChecker.Check(body, "Artifact");
        Assert.Equal(id, body.GetProperty("metadata").GetProperty("id").GetString());

        Assert.Equal(JsonSerializer.Serialize(summary), JsonSerializer.Serialize(await SummaryAsync(id)));
        Assert.Equal(JsonSerializer.Serialize(rating), JsonSerializer.Serialize(await _client.ExplainRatingAsync(id)));
        Assert.Equal(zip, await _admin.GetByteArrayAsync($"/artifacts/model/{id}/download"));
        Assert.Equal(id, Assert.Single(await FindAsync("phoenix")));
        // By its card, which is not in what was kept.
        Assert.Equal(id, Assert.Single(await FindAsync("/same/ashes")));
        Assert.Equal(id, Assert.Single((await _client.BrowseAsync(new())).Items).Id);
        Assert.Equal(1, (await _client.GetOverviewAsync()).Counts["model"]);
        Assert.Equal(id, Assert.Single((await _client.GetLineageAsync(id)).Nodes).ArtifactId);
        using var byName = await _admin.GetAsync("/artifact/byName/phoenix");
        Assert.Equal(HttpStatusCode.OK, byName.StatusCode);
        Assert.Empty((await _client.ListDeletedAsync()).Items);

        var trail = (await _client.ListAuditAsync(ArtifactType.Model, id)).Items;
        // Replaced, deleted, restored: the contract has one word for all of them.
        Assert.Equal(
            [AuditAction.Create, AuditAction.Update, AuditAction.Update, AuditAction.Update],
            trail.Select(e => e.Action).Where(a => a is AuditAction.Create or AuditAction.Update));
        using var twice = await RestoreAsync(id);
        await twice.ProblemAsync(409);
    }

    [Fact]
    public async Task Garbage_collection_keeps_its_files_until_its_time_is_over_and_deletes_them_then()
    {
        var id = await RegisterAsync("kept");
        var files = await _client.ListFilesAsync(ArtifactType.Model, id);
        await _client.DeleteAsync(ArtifactType.Model, id);
        await CollectAsync();
        (await RestoreAsync(id)).EnsureSuccessStatusCode();
        Assert.Equal(ZipServer.CardOf("/same/kept.zip"), await _admin.GetStringAsync($"/artifacts/model/{id}/files/README.md"));

        await _client.DeleteAsync(ArtifactType.Model, id);
        await AgeAsync(id, TimeSpan.FromDays(14) + TimeSpan.FromHours(1) + TimeSpan.FromMinutes(1));
        Assert.Equal(1, (await CollectAsync()).DeletedForGood);
        Assert.Null(await Catalog.Deleted.FindAsync(ArtifactId.Parse(id)));
        var blobs = _app.Services.GetRequiredService<IBlobStore>();
        foreach (var file in files) Assert.Null(await blobs.FindAsync(Sha256Digest.Parse(file.Sha256)));
        await (await RestoreAsync(id)).ProblemAsync(404);
    }

    [Fact]
    public async Task When_its_time_is_over_it_is_not_listed_and_404_also_before_it_is_collected()
    {
        var over = await RegisterAsync("over");
        var later = await RegisterAsync("later");
        foreach (var id in new[] { over, later }) await _client.DeleteAsync(ArtifactType.Model, id);
        await AgeAsync(over, TimeSpan.FromDays(14));
        Assert.Equal(later, Assert.Single((await _client.ListDeletedAsync()).Items).Id);
        Assert.Contains("/artifacts/deleted", await (await RestoreAsync(over)).ProblemAsync(404));
        await CollectAsync();
        Assert.NotNull(await Catalog.Deleted.FindAsync(ArtifactId.Parse(over)));
    }

    [Fact]
    public async Task A_URL_that_another_artifact_has_meanwhile_is_409_and_names_it()
    {
        var id = await RegisterAsync("moved-in");
        await _client.DeleteAsync(ArtifactType.Model, id);
        var other = await RegisterAsync("moved-in");
        Assert.Contains(other, await (await RestoreAsync(id)).ProblemAsync(409));
        await _client.DeleteAsync(ArtifactType.Model, other);
        (await RestoreAsync(id)).EnsureSuccessStatusCode();
        Assert.Equal(other, Assert.Single((await _client.ListDeletedAsync()).Items).Id);
    }

    [Fact]
    public async Task Of_many_who_restore_the_same_at_once_one_does_and_nobody_is_answered_an_error()
    {
        var id = await RegisterAsync("contended");
        await _client.DeleteAsync(ArtifactType.Model, id);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RestoreAsync(id)));
        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(a => a.StatusCode == HttpStatusCode.Conflict));
        Assert.Single((await SummaryAsync(id)).Revisions);
    }

    [Fact]
    public async Task What_is_kept_of_an_artifact_that_is_there_is_shown_to_nobody()
    {
        var id = ArtifactId.Parse(await RegisterAsync("alive"));
        // As a process leaves it that died before it deleted.
        await Catalog.Deleted.SaveAsync(new((await Catalog.Artifacts.FindAsync(id))!.Item, DateTimeOffset.UtcNow, "ada"));
        Assert.Empty((await _client.ListDeletedAsync()).Items);
        await (await RestoreAsync(id.ToString())).ProblemAsync(409);
        await CollectAsync();
        Assert.Equal(ZipServer.CardOf("/same/alive.zip"), await _admin.GetStringAsync($"/artifacts/model/{id}/files/README.md"));
    }

    [Fact]
    public async Task They_are_listed_page_by_page_the_last_deleted_first_past_those_that_are_there_again()
    {
        List<string> ids = [];
        for (var i = 0; i < 5; i++) ids.Add(await _admin.UploadAsync(Zips.SmallModel(), $"page {i}"));
        foreach (var id in ids) await _client.DeleteAsync(ArtifactType.Model, id);
        foreach (var id in new[] { ids[4], ids[3], ids[1] }) await _client.RestoreAsync(ArtifactType.Model, id);
        List<string> listed = [];
        string? offset = null;
        do
        {
            var page = await _client.ListDeletedAsync(offset, 1);
            listed.AddRange(page.Items.Select(d => d.Id));
            offset = page.Next;
        }
        while (offset is not null);
        Assert.Equal([ids[2], ids[0]], listed);
        await (await _admin.GetAsync("/artifacts/deleted?limit=1001")).ProblemAsync(400);
        await (await _admin.GetAsync("/artifacts/deleted?offset=nonsense")).ProblemAsync(400);
    }

    [Fact]
    public async Task One_of_which_a_file_is_lost_is_410_and_stays_deleted()
    {
        var id = await RegisterAsync("damaged");
        var card = (await _client.ListFilesAsync(ArtifactType.Model, id)).Single(f => f.Path == "README.md").Sha256;
        await _client.DeleteAsync(ArtifactType.Model, id);
        Assert.True(await _app.Services.GetRequiredService<IBlobStore>().DeleteAsync(Sha256Digest.Parse(card), DateTimeOffset.MaxValue));
        Assert.Contains("README.md", await (await RestoreAsync(id)).ProblemAsync(410));
        await (await _admin.GetAsync($"/artifacts/model/{id}")).ProblemAsync(404);
    }

    [Fact]
    public async Task What_is_not_there_is_404_and_only_administrators_may()
    {
        var id = await RegisterAsync("guarded");
        await _client.DeleteAsync(ArtifactType.Model, id);
        await (await RestoreAsync("123456")).ProblemAsync(404);
        await (await _admin.PostAsync($"/artifacts/dataset/{id}/restore", null)).ProblemAsync(404);

        await _client.RegisterUserAsync(new() { Name = "uploader", Password = RegistryApp.AdminPassword, Permissions = [Permission.Search, Permission.Download, Permission.Upload] });
        using var uploader = await _app.SignedInAsync("uploader");
        var other = await RegisterAsync("other");
        await (await uploader.DeleteAsync($"/artifacts/model/{other}?keep=false")).ProblemAsync(403);
        (await _admin.GetAsync($"/artifacts/model/{other}")).EnsureSuccessStatusCode();
        foreach (var who in new[] { uploader, _app.Http })
        {
            await (await who.PostAsync($"/artifacts/model/{id}/restore", null)).ProblemAsync(403);
            await (await who.GetAsync("/artifacts/deleted")).ProblemAsync(403);
        }
        (await RestoreAsync(id)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_reset_is_not_taken_back()
    {
        var id = await RegisterAsync("reset");
        await _client.DeleteAsync(ArtifactType.Model, id);
        await _client.ResetAsync();
        Assert.Empty((await _client.ListDeletedAsync()).Items);
        await (await RestoreAsync(id)).ProblemAsync(404);
    }

    [Fact]
    public async Task Where_nothing_is_kept_deleting_is_for_good_and_says_so()
    {
        await using var app = await RegistryApp.StartAsync("--Maintenance:KeepDeletedFor", "00:00:00");
        using var admin = await app.SignedInAsync();
        var client = new RegistryClient(admin);
        var id = await admin.UploadAsync(Zips.SmallModel(), "gone");
        Assert.Null((await client.GetSummaryAsync(ArtifactType.Model, id)).RestorableSeconds);
        await client.DeleteAsync(ArtifactType.Model, id);
        Assert.Empty((await client.ListDeletedAsync()).Items);
        Assert.Null(await app.Services.GetRequiredService<ICatalog>().Deleted.FindAsync(ArtifactId.Parse(id)));
        await (await admin.PostAsync($"/artifacts/model/{id}/restore", null)).ProblemAsync(404);
    }

    [Fact]
    public async Task An_administrator_deletes_for_good()
    {
        var id = await RegisterAsync("for-good");
        var card = (await _client.ListFilesAsync(ArtifactType.Model, id)).Single(f => f.Path == "README.md").Sha256;
        await _client.DeleteAsync(ArtifactType.Model, id, keep: false);
        Assert.Empty((await _client.ListDeletedAsync()).Items);
        await (await RestoreAsync(id)).ProblemAsync(404);
        await CollectAsync();
        Assert.Null(await _app.Services.GetRequiredService<IBlobStore>().FindAsync(Sha256Digest.Parse(card)));
    }

    private async Task<string> RegisterAsync(string name)
    {
        using var response = await _admin.PostAsJsonAsync("/artifact/model", new { url = _server.Url($"/same/{name}.zip"), name });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.JsonAsync()).GetProperty("metadata").GetProperty("id").GetString()!;
    }

    private Task<HttpResponseMessage> RestoreAsync(string id) => _admin.PostAsync($"/artifacts/model/{id}/restore", null);

    private Task<ArtifactSummary> SummaryAsync(string id) => _client.GetSummaryAsync(ArtifactType.Model, id);

    private Task<GarbageCollection> CollectAsync() => _app.Services.GetRequiredService<GarbageCollector>().CollectAsync(TimeSpan.Zero, TimeSpan.FromDays(14));

    /// <summary>As if it had been deleted so long ago.</summary>
    private async Task AgeAsync(string id, TimeSpan by)
    {
        var entry = (await Catalog.Deleted.FindAsync(ArtifactId.Parse(id)))!;
        await Catalog.Deleted.SaveAsync(entry with { DeletedAt = entry.DeletedAt - by });
    }

    private async Task<IEnumerable<string>> FindAsync(string pattern)
    {
        using var response = await _admin.PostAsJsonAsync("/artifact/byRegEx", new { regex = pattern });
        return response.StatusCode == HttpStatusCode.NotFound ? [] : (await response.JsonAsync()).EnumerateArray().Select(a => a.GetProperty("id").GetString()!);
    }
}
