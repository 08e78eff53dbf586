using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Sources.GitHub;

/// <summary>Asks GitHub for a repository's licence.</summary>
public sealed class GitHubLicenses(HttpClient http, IOptions<GitHubOptions> options)
{
    private const int MaxAnswer = 1024 * 1024;

    /// <summary>The licence that GitHub detects (REST API, "Get a repository"): an SPDX identifier, or null when there is none or it is not a known one.</summary>
    /// <exception cref="RepositoryNotFoundException">There is no such public repository.</exception>
    /// <exception cref="SourceException">GitHub cannot be reached, is out of quota, or answers something else than its API says.</exception>
    public async Task<string?> FindAsync(GitHubRepository repository, CancellationToken cancellationToken = default)
    {
        var endpoint = options.Value.ApiEndpoint.AbsoluteUri.TrimEnd('/');
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{endpoint}/repos/{repository.Owner}/{repository.Name}");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("acme-model-registry", "1"));
        request.Headers.Accept.ParseAdd("application/vnd.github+json");
        if (!string.IsNullOrEmpty(options.Value.Token)) request.Headers.Authorization = new("Bearer", options.Value.Token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound) throw new RepositoryNotFoundException(repository);
            if (response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests)
                throw new SourceException("GitHub refuses for now: its quota is used up. Try later, or set Sources:GitHub:Token.") { IsTransient = true };
            if (!response.IsSuccessStatusCode)
                throw new SourceException($"GitHub answered {(int)response.StatusCode}. Try later.") { IsTransient = true };

            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var buffer = new byte[MaxAnswer];
            var length = await body.ReadAtLeastAsync(buffer, MaxAnswer, throwOnEndOfStream: false, cancellationToken);
            using var document = JsonDocument.Parse(buffer.AsMemory(0, length));
            return LicenseOf(document.RootElement);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new SourceException($"GitHub could not be reached: {e.Message}", e) { IsTransient = true };
        }
    }

    private static string? LicenseOf(JsonElement repository) =>
        repository.ValueKind == JsonValueKind.Object
        && repository.TryGetProperty("license", out var license)
        && license.ValueKind == JsonValueKind.Object
        && license.TryGetProperty("spdx_id", out var spdx)
        && spdx.ValueKind == JsonValueKind.String
        && spdx.GetString() is { } id and not "NOASSERTION" ? id : null;
}

/// <summary>There is no such repository, or it is private.</summary>
public sealed class RepositoryNotFoundException(GitHubRepository repository)
    : Exception($"GitHub has no public repository {repository.Owner}/{repository.Name}.");
