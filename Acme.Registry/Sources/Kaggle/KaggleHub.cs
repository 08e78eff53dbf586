using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Sources.Http;

namespace Acme.Registry.Sources.Kaggle;

/// <summary>
/// The parts of Kaggle's API (version 1, as its own command line tool uses it) that the registry uses. One for the process.
/// </summary>
public sealed class KaggleHub : IDisposable
{
    private const int MaxFiles = 5000;
    private const int MaxPages = 500;
    private const string SetKey = "set Sources:Kaggle:User and Sources:Kaggle:Key to an API token that has access";

    private readonly UpstreamClient _client;
    private readonly TimeProvider _time;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="options">Where Kaggle is.</param>
    /// <param name="http">Its trusted hosts may be the target of redirects, as in a mirror that keeps files elsewhere.</param>
    /// <param name="time">The clock for <c>CollectedAt</c>.</param>
    public KaggleHub(KaggleOptions options, HttpSourceOptions http, TimeProvider time)
    {
        HasKey = !string.IsNullOrEmpty(options.User) && !string.IsNullOrEmpty(options.Key);
        var credentials = HasKey ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{options.Key}"))) : null;
        _client = new(new Upstream("Kaggle", options.Endpoint, [KaggleDataset.PublicHost, "kaggle.com"], credentials, [.. http.TrustedHosts]));
        _time = time;
    }

    internal bool HasKey { get; }

    internal Upstream Upstream => _client.Upstream;

    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <exception cref="SourceException">It is not there, or not for us; says which.</exception>
    internal async Task<KaggleInfo> InfoAsync(KaggleDataset dataset, CancellationToken cancellationToken)
    {
        var answer = await _client.GetAsync(Upstream.At(dataset.Api("view")), UpstreamClient.MaxJson, cancellationToken);
        if (!answer.IsOk) throw Refused(dataset, answer.Status);
        using var document = answer.Json(Upstream);
        var info = KaggleInfo.Read(document.RootElement);
        if (info.IsPrivate && !HasKey) throw new SourceException($"The dataset '{dataset.Id}' is private on Kaggle. Make it public, or {SetKey}.");
        return info;
    }

    /// <summary>The names and sizes of its files, at most 5,000.</summary>
    /// <exception cref="SourceException">They cannot be listed.</exception>
    internal async Task<IReadOnlyList<KaggleFile>> FilesAsync(KaggleDataset dataset, CancellationToken cancellationToken)
    {
        var files = new List<KaggleFile>();
        string? token = "";
        for (var page = 1; token is not null && page <= MaxPages && files.Count < MaxFiles; page++)
        {
            var query = token.Length == 0 ? "?pageSize=200" : $"?pageSize=200&pageToken={Uri.EscapeDataString(token)}";
            var answer = await _client.GetAsync(Upstream.At(dataset.Api("list") + query), UpstreamClient.MaxJson, cancellationToken);
            if (!answer.IsOk) throw Refused(dataset, answer.Status);
            using var document = answer.Json(Upstream);
            files.AddRange(
                from file in document.RootElement.Field("datasetFiles").Items()
                let name = file.Field("name").Text() ?? file.Field("nameNullable").Text()
                where name is not null
                select new KaggleFile(name, file.Field("totalBytes").Number()));
            token = document.RootElement.Field("nextPageToken").LongText() is { Length: > 0 } next ? next : document.RootElement.Field("nextPageTokenNullable").LongText();
            if (token is "") token = null;
        }
        return [.. files.Take(MaxFiles)];
    }

    /// <summary>A ZIP of all its files.</summary>
    /// <exception cref="UpstreamRefusedException">Kaggle does not give it.</exception>
    internal Task<Stream> DownloadAsync(KaggleDataset dataset, CancellationToken cancellationToken) =>
        _client.OpenAsync(Upstream.At(dataset.Api("download")), null, null, cancellationToken);

    internal HubFacts Facts(KaggleDataset dataset, KaggleInfo info, string? problem) => new()
    {
        Url = dataset.Page,
        CollectedAt = Now,
        Problem = problem,
        License = info.License,
        Tags = info.Tags,
        Downloads = info.Downloads,
        Likes = info.Votes,
    };

    /// <summary>Why its files are missing, for the user.</summary>
    internal string WithoutFiles(KaggleDataset dataset, HttpStatusCode status) => status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
        ? $"Kaggle gives the files of '{dataset.Id}' only to known users ({(int)status}), so that only its metadata is here. "
            + (HasKey ? $"Accept its terms at {dataset.Page} and check Sources:Kaggle:User and Sources:Kaggle:Key." : $"To have them, {SetKey}, and register it again.")
        : $"Kaggle does not give the files of '{dataset.Id}' ({(int)status}), so that only its metadata is here. Download them and upload a ZIP.";

    private static SourceException Refused(KaggleDataset dataset, HttpStatusCode status) => new(
        $"Kaggle has no public dataset '{dataset.Id}' ({(int)status}). Check the URL; if it is private, {SetKey}.");
}
