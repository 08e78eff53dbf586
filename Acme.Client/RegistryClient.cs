using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using Acme.Client.Contract;

namespace Acme.Client;

/// <summary>A typed client of the registry's REST API. Thread-safe once signed in.</summary>
/// <param name="http">Its <see cref="HttpClient.BaseAddress"/> is the registry's.</param>
public sealed partial class RegistryClient(HttpClient http)
{
    private string? _token;

    /// <summary>Gets a token and uses it from now on.</summary>
    /// <exception cref="RegistryException">Name or password is wrong (401), or too many were (429).</exception>
    public async Task<string> SignInAsync(string name, string password, CancellationToken cancellationToken = default)
    {
        var request = new AuthenticationRequest { User = new() { Name = name, IsAdmin = false }, Secret = new() { Password = password } };
        return _token = await SendAsync(HttpMethod.Put, "authenticate", Body(request, ContractJson.Default.AuthenticationRequest), ContractJson.Default.String, cancellationToken);
    }

    /// <summary>Uses a token that is known already.</summary>
    public void UseToken(string token) => _token = token;

    /// <summary>One page of the artifacts that fit any of the queries.</summary>
    /// <param name="queries">At least one.</param>
    /// <param name="offset">Cursor of the page; null for the first.</param>
    /// <param name="limit">1 to 1000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ArtifactPage> ListAsync(IReadOnlyList<ArtifactQuery> queries, string? offset = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        var path = $"artifacts?limit={limit}" + (offset is null ? "" : $"&offset={Uri.EscapeDataString(offset)}");
        using var response = await SendAsync(HttpMethod.Post, path, Body(queries, ContractJson.Default.IReadOnlyListArtifactQuery), cancellationToken);
        var items = await ReadAsync(response, ContractJson.Default.IReadOnlyListArtifactMetadata, cancellationToken);
        return new(items, NextOf(response));
    }

    /// <summary>Artifacts with exactly this name.</summary>
    public Task<IReadOnlyList<ArtifactMetadata>> FindByNameAsync(string name, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, $"artifact/byName/{Uri.EscapeDataString(name)}", null, ContractJson.Default.IReadOnlyListArtifactMetadata, cancellationToken);

    /// <summary>Artifacts whose name or card the regular expression is found in.</summary>
    public Task<IReadOnlyList<ArtifactMetadata>> SearchAsync(string regex, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, "artifact/byRegEx", Body(new() { Regex = regex }, ContractJson.Default.ArtifactRegEx), ContractJson.Default.IReadOnlyListArtifactMetadata, cancellationToken);

    /// <summary>The artifact.</summary>
    public Task<Artifact> GetAsync(ArtifactType type, string id, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, $"artifacts/{Word(type)}/{id}", null, ContractJson.Default.Artifact, cancellationToken);

    /// <summary>Registers an artifact from a URL. An answer without <see cref="ArtifactData.DownloadUrl"/> says that it goes on in the background.</summary>
    public Task<Artifact> IngestAsync(ArtifactType type, IngestRequest request, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, $"artifact/{Word(type)}", Body(request, ContractJson.Default.IngestRequest), ContractJson.Default.Artifact, cancellationToken);

    /// <summary>Registers an artifact from a ZIP, which is sent as it is read.</summary>
    /// <param name="type">What it is.</param>
    /// <param name="zip">The ZIP's bytes.</param>
    /// <param name="fileName">The ZIP's file name; names the artifact when <paramref name="name"/> does not.</param>
    /// <param name="name">The artifact's name.</param>
    /// <param name="url">Where it came from.</param>
    /// <param name="follow">A key of your own, for <see cref="GetProgressAsync"/> while the upload is under way; letters, digits and hyphens.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Artifact> UploadAsync(
        ArtifactType type, Stream zip, string fileName, string? name = null, string? url = null, string? follow = null, CancellationToken cancellationToken = default)
    {
        using var form = new MultipartFormDataContent();
        if (name is not null) form.Add(new StringContent(name), "name");
        if (url is not null) form.Add(new StringContent(url), "url");
        form.Add(new StreamContent(zip), "file", fileName);
        return await SendAsync(HttpMethod.Post, $"artifact/{Word(type)}/upload{(follow is null ? "" : $"?follow={Uri.EscapeDataString(follow)}")}", form, ContractJson.Default.Artifact, cancellationToken);
    }

    /// <summary>Replaces the contents of an artifact from the URL in <see cref="Artifact.Data"/>.</summary>
    public async Task UpdateAsync(Artifact artifact, CancellationToken cancellationToken = default)
    {
        var path = $"artifacts/{Word(artifact.Metadata.Type)}/{artifact.Metadata.Id}";
        using var _ = await SendAsync(HttpMethod.Put, path, Body(artifact, ContractJson.Default.Artifact), cancellationToken);
    }

    /// <summary>Deletes the artifact. An administrator can bring it back for a time: <see cref="RestoreAsync"/>.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="id">Its id.</param>
    /// <param name="keep">False, for administrators only, when nobody is to bring it back.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task DeleteAsync(ArtifactType type, string id, bool keep = true, CancellationToken cancellationToken = default)
    {
        using var _ = await SendAsync(HttpMethod.Delete, $"artifacts/{Word(type)}/{id}{(keep ? "" : "?keep=false")}", null, cancellationToken);
    }

    /// <summary>The files of an artifact.</summary>
    public Task<IReadOnlyList<ArtifactFile>> ListFilesAsync(ArtifactType type, string id, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, $"artifacts/{Word(type)}/{id}/files", null, ContractJson.Default.IReadOnlyListArtifactFile, cancellationToken);

    /// <summary>The bundle, or a part of it (<c>all</c>, <c>weights</c>, <c>datasets</c>), as it arrives. Dispose of the stream.</summary>
    public async Task<Stream> DownloadAsync(ArtifactType type, string id, string part = "all", CancellationToken cancellationToken = default)
    {
        var response = await SendAsync(HttpMethod.Get, $"artifacts/{Word(type)}/{id}/download?part={part}", null, cancellationToken);
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <summary>The rating of a model.</summary>
    public Task<ModelRating> RateAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, $"artifact/model/{id}/rate", null, ContractJson.Default.ModelRating, cancellationToken);

    /// <summary>The rating of a model with the evidence it rests on.</summary>
    public Task<ExplainedRating> ExplainRatingAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, $"artifact/model/{id}/rating", null, ContractJson.Default.ExplainedRating, cancellationToken);

    /// <summary>Has a rating computed again from its stored facts.</summary>
    public Task<RatingReplay> ReplayRatingAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, $"artifact/model/{id}/rating/replay", null, ContractJson.Default.RatingReplay, cancellationToken);

    /// <summary>How the licences of a model, of what it is made from and of code go together.</summary>
    public Task<LicenseReport> GetLicenseReportAsync(string id, string? githubUrl = null, CancellationToken cancellationToken = default) =>
        SendAsync(
            HttpMethod.Get, $"artifact/model/{id}/license-report{(githubUrl is null ? "" : "?github_url=" + Uri.EscapeDataString(githubUrl))}", null, ContractJson.Default.LicenseReport, cancellationToken);

    /// <summary>Megabytes to download, by artifact id.</summary>
    public Task<IReadOnlyDictionary<string, ArtifactCost>> GetCostAsync(ArtifactType type, string id, bool dependency = false, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, $"artifact/{Word(type)}/{id}/cost?dependency={(dependency ? "true" : "false")}", null, ContractJson.Default.IReadOnlyDictionaryStringArtifactCost, cancellationToken);

    /// <summary>What a model comes from.</summary>
    public Task<ArtifactLineageGraph> GetLineageAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, $"artifact/model/{id}/lineage", null, ContractJson.Default.ArtifactLineageGraph, cancellationToken);

    /// <summary>Whether a model's licence goes with that of a GitHub repository.</summary>
    public Task<bool> CheckLicenseAsync(string id, string gitHubUrl, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, $"artifact/model/{id}/license-check", Body(new() { GithubUrl = gitHubUrl }, ContractJson.Default.SimpleLicenseCheckRequest), ContractJson.Default.Boolean, cancellationToken);

    /// <summary>The trail of an artifact, oldest first.</summary>
    public Task<IReadOnlyList<ArtifactAuditEntry>> GetAuditAsync(ArtifactType type, string id, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, $"artifact/{Word(type)}/{id}/audit", null, ContractJson.Default.IReadOnlyListArtifactAuditEntry, cancellationToken);

    /// <summary>Registers a user.</summary>
    public Task<UserDetails> RegisterUserAsync(RegisterUserRequest request, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, "users", Body(request, ContractJson.Default.RegisterUserRequest), ContractJson.Default.UserDetails, cancellationToken);

    /// <summary>Empties the registry.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken = default)
    {
        using var _ = await SendAsync(HttpMethod.Delete, "reset", null, cancellationToken);
    }

    /// <summary>Starts a load test of the registry; its id leads to how far it is.</summary>
    public Task<LoadTestRun> StartLoadTestAsync(LoadTestRequest request, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, "load-tests", Body(request, ContractJson.Default.LoadTestRequest), ContractJson.Default.LoadTestRun, cancellationToken);

    /// <summary>The load tests that are kept, newest first, without results.</summary>
    public Task<IReadOnlyList<LoadTestRun>> ListLoadTestsAsync(CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, "load-tests", null, ContractJson.Default.IReadOnlyListLoadTestRun, cancellationToken);

    /// <summary>How far a load test is, or what it measured.</summary>
    public Task<LoadTestRun> GetLoadTestAsync(string id, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, $"load-tests/{Uri.EscapeDataString(id)}", null, ContractJson.Default.LoadTestRun, cancellationToken);

    /// <summary>The report of a load test: a page that needs nothing but itself.</summary>
    public async Task<string> GetLoadTestReportAsync(string id, CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(HttpMethod.Get, $"load-tests/{Uri.EscapeDataString(id)}/report", null, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <summary>Stops a load test that runs; forgets one that has ended.</summary>
    public async Task DeleteLoadTestAsync(string id, CancellationToken cancellationToken = default)
    {
        using var _ = await SendAsync(HttpMethod.Delete, $"load-tests/{Uri.EscapeDataString(id)}", null, cancellationToken);
    }

    /// <summary>Health and recent activity in short.</summary>
    public Task<HealthSummaryResponse> GetHealthAsync(CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, "health", null, ContractJson.Default.HealthSummaryResponse, cancellationToken);

    /// <summary>Health by component.</summary>
    /// <param name="windowMinutes">5 to 1440.</param>
    /// <param name="includeTimeline">Whether to tell what was measured minute by minute.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<HealthComponentCollection> GetHealthComponentsAsync(int windowMinutes = 60, bool includeTimeline = false, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, $"health/components?windowMinutes={windowMinutes}&includeTimeline={(includeTimeline ? "true" : "false")}", null, ContractJson.Default.HealthComponentCollection, cancellationToken);

    private static JsonContent Body<T>(T value, JsonTypeInfo<T> type) => JsonContent.Create(value, type);

    internal static string Word(ArtifactType type) => type switch
    {
        ArtifactType.Model => "model",
        ArtifactType.Dataset => "dataset",
        _ => "code",
    };

    private async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, path, body, cancellationToken);
        return await ReadAsync(response, type, cancellationToken);
    }

    private async Task<RegistryPage<T>> PageAsync<T>(string path, string? offset, int limit, JsonTypeInfo<IReadOnlyList<T>> type, CancellationToken cancellationToken)
    {
        var query = $"{path}?limit={limit}" + (offset is null ? "" : $"&offset={Uri.EscapeDataString(offset)}");
        using var response = await SendAsync(HttpMethod.Get, query, null, cancellationToken);
        return new(await ReadAsync(response, type, cancellationToken), NextOf(response));
    }

    private static string? NextOf(HttpResponseMessage response) => response.Headers.TryGetValues("offset", out var next) ? next.First() : null;

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        return await SendAsync(request, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (_token is not null) request.Headers.TryAddWithoutValidation("X-Authorization", _token);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode) return response;
        using (response) throw await RegistryException.OfAsync(response, cancellationToken);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await response.Content.ReadFromJsonAsync(type, cancellationToken)
        ?? throw new RegistryException(response.StatusCode, "Empty answer", "The registry answered without a body.");
}

/// <summary>One page of a listing.</summary>
/// <param name="Items">The artifacts.</param>
/// <param name="Next">Cursor of the next page; null on the last.</param>
public sealed record ArtifactPage(IReadOnlyList<ArtifactMetadata> Items, string? Next);

/// <summary>One page of a listing.</summary>
/// <param name="Items">In the listing's order.</param>
/// <param name="Next">Cursor of the next page; null on the last.</param>
public sealed record RegistryPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>The registry refused; carries its problem document.</summary>
public sealed class RegistryException(HttpStatusCode status, string title, string detail) : Exception($"{(int)status} {title}: {detail}")
{
    /// <summary>HTTP status.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>The problem in short.</summary>
    public string Title { get; } = title;

    /// <summary>What happened and what to do.</summary>
    public string Detail { get; } = detail;

    /// <summary>The refusal that an answer carries.</summary>
    /// <param name="response">An answer whose status is no success.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<RegistryException> OfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (title, detail) = (response.ReasonPhrase ?? "Refused", "");
        if (response.Content.Headers.ContentType is { MediaType: "application/problem+json" })
        {
            var problem = await response.Content.ReadFromJsonAsync(ContractJson.Default.JsonElement, cancellationToken);
            title = problem.TryGetProperty("title", out var t) ? t.GetString() ?? title : title;
            detail = problem.TryGetProperty("detail", out var d) ? d.GetString() ?? detail : detail;
        }
        return new(response.StatusCode, title, detail);
    }
}
