using System.Net;
using Acme.Client;
using Acme.Client.Contract;

namespace Acme.Api.Tests.Ingest;

/// <summary>Following and cancelling ingests, the list of jobs, and rating without registering.</summary>
public sealed class ProgressTests : IAsyncLifetime
{
    private ZipServer _server = null!;
    private RegistryApp _app = null!;
    private HttpClient _admin = null!;
    private RegistryClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ZipServer.StartAsync();
        _app = await RegistryApp.StartAsync("--Sources:Http:TrustedHosts:0", _server.Authority, "--Access:TokenCalls", "100000");
        _admin = await _app.SignedInAsync();
        _client = new(_admin);
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        _server.Open();
        await _app.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task An_accepted_ingest_is_followed_until_it_is_published()
    {
        var id = await BeginAsync("/slow/followed.zip");
        Assert.Equal(IngestStage.Fetching, (await UntilAsync(id, s => s is IngestStage.Fetching)).Stage);
        var job = Assert.Single((await _client.ListJobsAsync()).Items, j => j.Kind == "ingest");
        Assert.Equal((id, "followed", JobState.Running, 0), (job.ArtifactId, job.Name, job.State, job.Attempts));
        _server.Open();
        var done = await UntilAsync(id, s => s is IngestStage.Published);
        Assert.Equal((3, 3), (done.FilesDone, done.FilesTotal));
        Assert.True(done.BytesTotal > 0);
        Assert.Equal(done.BytesTotal, done.BytesDone);
        Assert.Equal(id, (await _client.GetAsync(ArtifactType.Model, id)).Metadata.Id);
    }

    [Fact]
    public async Task What_is_refused_says_why()
    {
        var id = await BeginAsync("/evil");
        var refused = await UntilAsync(id, s => s is IngestStage.Refused);
        Assert.Contains("../evil", Assert.Single(refused.Reasons!));
    }

    [Fact]
    public async Task A_cancelled_ingest_registers_nothing()
    {
        var id = await BeginAsync("/slow/cancelled.zip");
        await UntilAsync(id, s => s is IngestStage.Fetching);
        await _client.CancelIngestAsync(ArtifactType.Model, id);
        Assert.Null((await UntilAsync(id, s => s is IngestStage.Cancelled)).Reasons);
        _server.Open();
        await (await _admin.GetAsync($"/artifacts/model/{id}")).ProblemAsync(404);
        Assert.Equal(0, (await _client.GetOverviewAsync()).Counts["model"]);
        // Its job is closed a moment after the ingest has ended.
        while ((await _client.ListJobsAsync()).Items.Any(j => j.ArtifactId == id)) await Task.Delay(50, TestContext.Current.CancellationToken);
        var again = await Assert.ThrowsAsync<RegistryException>(() => _client.CancelIngestAsync(ArtifactType.Model, id));
        Assert.Equal(HttpStatusCode.NotFound, again.Status);
    }

    [Fact]
    public async Task An_upload_is_followed_by_the_key_it_was_given_and_a_published_artifact_says_so()
    {
        var artifact = await _client.UploadAsync(ArtifactType.Model, new MemoryStream(Zips.SmallModel()), "m.zip", follow: "my-upload-1");
        var progress = await _client.GetProgressAsync(ArtifactType.Model, "my-upload-1");
        Assert.Equal((artifact.Metadata.Id, IngestStage.Published, 3), (progress.Id, progress.Stage, progress.FilesDone));
        await Assert.ThrowsAsync<RegistryException>(() => _client.UploadAsync(ArtifactType.Model, new MemoryStream("no zip"u8.ToArray()), "m.zip", follow: "my-upload-2"));
        Assert.Equal(IngestStage.Refused, (await _client.GetProgressAsync(ArtifactType.Model, "my-upload-2")).Stage);
        using var bad = await _admin.PostAsync("/artifact/model/upload?follow=bad!key", Zips.Form(Zips.SmallModel(), "x"));
        await bad.ProblemAsync(400);
        Assert.Equal(HttpStatusCode.Conflict, (await Assert.ThrowsAsync<RegistryException>(() => _client.CancelIngestAsync(ArtifactType.Model, artifact.Metadata.Id))).Status);
        await (await _admin.GetAsync("/artifact/model/9999999999/progress")).ProblemAsync(404);
        await (await _app.Http.GetAsync("/artifact/model/9999999999/progress")).ProblemAsync(403);
    }

    [Fact]
    public async Task A_rating_can_be_tried_without_registering_anything()
    {
        var tried = await _client.PreviewRatingAsync(_server.Url("/ok/tried.zip"));
        Assert.InRange(tried.Rating.NetScore, 0, 1);
        Assert.Equal("default", tried.Verdict.Policy);
        Assert.NotEmpty(tried.Metrics.SelectMany(m => m.Findings));
        Assert.Equal(0, (await _client.GetOverviewAsync()).Counts["model"]);
        Assert.DoesNotContain((await _client.ListJobsAsync()).Items, j => j.ArtifactId is not null);

        var id = (await _client.IngestAsync(ArtifactType.Model, new() { Url = _server.Url("/ok/tried.zip"), Name = "tried" })).Metadata.Id;
        Assert.Equal(tried.Rating.NetScore, (await _client.RateAsync(id)).NetScore, 9);
        using var missing = await _admin.PostAsync("/ratings/preview", Zips.Json($$"""{"url":"{{_server.Url("/missing.zip")}}"}"""));
        await missing.ProblemAsync(424);
        await (await _admin.PostAsync("/ratings/preview", Zips.Json("""{"url":"ftp://x/y"}"""))).ProblemAsync(400);
        await (await _admin.PostAsync("/ratings/preview", Zips.Json("{}"))).ProblemAsync(400);
        await (await _app.Http.PostAsync("/ratings/preview", Zips.Json("{}"))).ProblemAsync(403);
    }

    private async Task<string> BeginAsync(string path) =>
        (await _client.BeginIngestAsync(ArtifactType.Model, new() { Url = _server.Url(path) })).Metadata.Id;

    private async Task<IngestProgress> UntilAsync(string id, Func<IngestStage, bool> isThere)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var progress = await _client.GetProgressAsync(ArtifactType.Model, id, limit.Token);
            if (isThere(progress.Stage)) return progress;
            await Task.Delay(20, limit.Token);
        }
    }
}
