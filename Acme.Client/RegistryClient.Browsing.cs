using System.Globalization;
using Acme.Client.Contract;

namespace Acme.Client;

// What people look at: the directory, an artifact's page, what is under way.
public sealed partial class RegistryClient
{
    /// <summary>One page of the directory.</summary>
    /// <exception cref="RegistryException">A condition cannot be used (400).</exception>
    public Task<ArtifactRowPage> BrowseAsync(DirectoryQuery query, CancellationToken cancellationToken = default)
    {
        List<(string Name, string? Value)> parts =
        [
            .. query.Types.Select(t => ("type", (string?)Word(t))),
            ("q", query.Text),
            ("pattern", query.Pattern),
            ("license", query.License),
            ("minNetScore", query.MinNetScore?.ToString("R", CultureInfo.InvariantCulture)),
            ("verdict", query.Accepted switch { true => "accepted", false => "rejected", _ => null }),
            .. query.Parents.Select(p => ("parent", (string?)p)),
            .. query.Findings.Select(f => ("finding", (string?)f)),
            ("order", query.Order switch { DirectoryOrder.Name => "name", DirectoryOrder.NetScore => "net_score", _ => "newest" }),
            ("cursor", query.Cursor),
            ("limit", query.Limit.ToString(CultureInfo.InvariantCulture)),
        ];
        var text = string.Join('&', parts.Where(p => p.Value is not null).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
        return SendAsync(HttpMethod.Get, $"artifacts?{text}", null, ContractJson.Default.ArtifactRowPage, cancellationToken);
    }

    /// <summary>What is in the registry, in short.</summary>
    public Task<RegistryOverview> GetOverviewAsync(CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, "overview", null, ContractJson.Default.RegistryOverview, cancellationToken);

    /// <summary>An artifact as its page shows it.</summary>
    public Task<ArtifactSummary> GetSummaryAsync(ArtifactType type, string id, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, $"artifacts/{Word(type)}/{id}/summary", null, ContractJson.Default.ArtifactSummary, cancellationToken);

    /// <summary>The card of an artifact as Markdown, at most 512 KiB of it; null where it has none.</summary>
    public async Task<ArtifactCard?> GetCardAsync(ArtifactType type, string id, CancellationToken cancellationToken = default)
    {
        using var response = await SendAsync(HttpMethod.Get, $"artifacts/{Word(type)}/{id}/card", null, cancellationToken);
        if (response.StatusCode == System.Net.HttpStatusCode.NoContent) return null;
        return new(
            Uri.UnescapeDataString(response.Headers.TryGetValues("X-Card-Path", out var path) ? path.First() : ""),
            await response.Content.ReadAsStringAsync(cancellationToken),
            response.Headers.Contains("X-Card-Truncated"));
    }

    /// <summary>The files of one revision of an artifact.</summary>
    public Task<IReadOnlyList<ArtifactFile>> ListFilesAsync(ArtifactType type, string id, string revision, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, $"artifacts/{Word(type)}/{id}/files?revision={Uri.EscapeDataString(revision)}", null, ContractJson.Default.IReadOnlyListArtifactFile, cancellationToken);

    /// <summary>Makes an earlier revision of an artifact the current one again; those that were current meanwhile stay.</summary>
    /// <exception cref="RegistryException">
    /// There is no such revision (404), another artifact has its URL now (409), files of it are lost (410), or the policy rejects it (424).
    /// </exception>
    public Task<Artifact> RestoreRevisionAsync(ArtifactType type, string id, string revision, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, $"artifacts/{Word(type)}/{id}/revisions/{Uri.EscapeDataString(revision)}/restore", null, ContractJson.Default.Artifact, cancellationToken);

    /// <summary>One page of the trail of an artifact, oldest first.</summary>
    public Task<RegistryPage<ArtifactAuditEntry>> ListAuditAsync(ArtifactType type, string id, string? offset = null, int limit = 100, CancellationToken cancellationToken = default) =>
        PageAsync($"artifact/{Word(type)}/{id}/audit", offset, limit, ContractJson.Default.IReadOnlyListArtifactAuditEntry, cancellationToken);

    /// <summary>Registers an artifact from a URL without waiting; follow it with <see cref="GetProgressAsync"/>.</summary>
    public async Task<Artifact> BeginIngestAsync(ArtifactType type, IngestRequest request, CancellationToken cancellationToken = default)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"artifact/{Word(type)}") { Content = Body(request, ContractJson.Default.IngestRequest) };
        message.Headers.Add("Prefer", "respond-async");
        using var response = await SendAsync(message, cancellationToken);
        return await ReadAsync(response, ContractJson.Default.Artifact, cancellationToken);
    }

    /// <summary>How far an ingest is.</summary>
    /// <exception cref="RegistryException">Nobody knows of it (404).</exception>
    public Task<IngestProgress> GetProgressAsync(ArtifactType type, string id, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, $"artifact/{Word(type)}/{id}/progress", null, ContractJson.Default.IngestProgress, cancellationToken);

    /// <summary>Cancels an ingest that has not been published.</summary>
    /// <exception cref="RegistryException">It is published already or under way at another instance (409), or nobody knows of it (404).</exception>
    public async Task CancelIngestAsync(ArtifactType type, string id, CancellationToken cancellationToken = default)
    {
        using var _ = await SendAsync(HttpMethod.Delete, $"artifact/{Word(type)}/{id}/progress", null, cancellationToken);
    }

    /// <summary>What the rating of a model would be, without registering it.</summary>
    public Task<ExplainedRating> PreviewRatingAsync(string url, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, "ratings/preview", Body(new() { Url = url }, ContractJson.Default.RatingPreviewRequest), ContractJson.Default.ExplainedRating, cancellationToken);
}

/// <summary>The card of an artifact.</summary>
/// <param name="Path">The file that it is in.</param>
/// <param name="Markdown">Its text, front matter included.</param>
/// <param name="IsTruncated">Whether the file goes on.</param>
public sealed record ArtifactCard(string Path, string Markdown, bool IsTruncated);
