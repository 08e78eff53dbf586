using System.Net;
using Acme.Registry.Licensing;
using Acme.Registry.Scoring.Facts;
using Microsoft.Extensions.Options;
using Octokit;

namespace Acme.Registry.Sources.GitHub;

/// <summary>
/// Reads repositories on GitHub. Everybody who asks about one repository at the same time, or within <see cref="KeptFor"/>, shares one reading.
/// </summary>
public sealed class GitHubRepositories(GitHubApi api, IOptions<GitHubOptions> options, TimeProvider time) : IRepositoryReader
{
    // Licence texts are shorter by far; what recognises them looks for phrases.
    private const int MaxLicenseText = 256 * 1024;

    // In place of an identifier, where there is a licence file that GitHub does not recognise.
    private const string UnknownText = "NOASSERTION";

    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    private readonly SharedReads<RepositoryHead?> _heads = new(time, TimeLimit);
    private readonly SharedReads<string?> _licenses = new(time, TimeLimit);
    private readonly SharedReads<RepositoryFacts> _facts = new(time, TimeLimit);

    /// <summary>How long what was read is taken for the present state.</summary>
    public static TimeSpan KeptFor { get; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a repository that was not there is taken not to be there.</summary>
    public static TimeSpan AbsenceKeptFor { get; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public string? PageOf(string url) => GitHubUrl.TryParse(url, options.Value.WebEndpoint, out var place) ? place.Page : null;

    /// <inheritdoc/>
    public async Task<RepositoryFacts> ReadAsync(string page, FoundBy foundBy, CancellationToken cancellationToken)
    {
        if (!GitHubUrl.TryParse(page, options.Value.WebEndpoint, out var place)) throw new ArgumentException("Not the page of a repository.", nameof(page));
        try
        {
            var head = await HeadAsync(place.Repository, cancellationToken);
            var facts = await _facts.GetAsync(
                head.Repository.Key,
                token => new RepositoryCollection(api, this, head, place.PageOf(head.Repository), time.GetUtcNow()).RunAsync(token),
                facts => facts.IsTransient ? TimeSpan.Zero : KeptFor,
                cancellationToken);
            return facts with { Url = place.PageOf(head.Repository), FoundBy = foundBy };
        }
        catch (SourceException e)
        {
            return new() { Url = place.Page, FoundBy = foundBy, CollectedAt = time.GetUtcNow(), Problem = e.Message, IsTransient = e.IsTransient };
        }
    }

    /// <summary>What GitHub tells about the repository itself (REST API, "Get a repository"), under its present name where it was renamed.</summary>
    /// <exception cref="RepositoryNotFoundException">There is no such public repository.</exception>
    /// <exception cref="SourceException">GitHub cannot answer now.</exception>
    internal async Task<RepositoryHead> HeadAsync(GitHubRepository repository, CancellationToken cancellationToken)
    {
        var read = _heads.GetAsync(repository.Key, token => ReadHeadAsync(repository, token), head => head is null ? AbsenceKeptFor : KeptFor, cancellationToken);
        return await InTimeAsync(read, cancellationToken) ?? throw new RepositoryNotFoundException(repository);
    }

    /// <summary>
    /// Its licence as GitHub detects it; where GitHub has found a text that it does not know, the one whose text it is. Null where there is none.
    /// </summary>
    /// <exception cref="SourceException">GitHub cannot answer now.</exception>
    internal async Task<string?> LicenseAsync(RepositoryHead head, CancellationToken cancellationToken)
    {
        if (head.License != UnknownText) return head.License;
        var read = _licenses.GetAsync(head.Repository.Key, token => RecogniseLicenseAsync(head, token), _ => KeptFor, cancellationToken);
        return await InTimeAsync(read, cancellationToken);
    }

    private static async Task<T> InTimeAsync<T>(Task<T> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SourceException($"GitHub did not answer within {TimeLimit.TotalSeconds:0} s. Try again later.", e) { IsTransient = true };
        }
    }

    /// <summary>Nothing where there is no such public repository.</summary>
    private async Task<RepositoryHead?> ReadHeadAsync(GitHubRepository repository, CancellationToken cancellationToken)
    {
        try
        {
            var answer = (await api.GetAsync<Repository>($"repos/{repository.Owner}/{repository.Name}", cancellationToken)).Body;
            // A token may open private repositories, but not for everybody who may ask this registry.
            if (answer.Private) return null;
            var present = answer.FullName?.Split('/') is [{ Length: > 0 } owner, { Length: > 0 } name] ? new GitHubRepository(owner, name) : repository;
            var (branch, license) = (answer.DefaultBranch, answer.License?.SpdxId);
            return new(present, string.IsNullOrEmpty(branch) ? "HEAD" : branch, string.IsNullOrEmpty(license) ? null : license, answer.Archived);
        }
        catch (GitHubException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Reads the file that GitHub takes for the licence ("Get the license for a repository").</summary>
    private async Task<string?> RecogniseLicenseAsync(RepositoryHead head, CancellationToken cancellationToken)
    {
        try
        {
            var file = (await api.GetAsync<RepositoryContent>($"{head.ApiPath}/license", cancellationToken)).Body;
            return file.Content is { } text ? LicenseTexts.Recognise(text[..Math.Min(text.Length, MaxLicenseText)]) : null;
        }
        catch (GitHubException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}

/// <summary>What GitHub tells about a repository itself.</summary>
/// <param name="Repository">Its present name.</param>
/// <param name="DefaultBranch">The branch that is meant where none is named.</param>
/// <param name="License">An SPDX identifier, or <c>NOASSERTION</c> for a text that GitHub does not know; null where there is none.</param>
/// <param name="IsArchived">Whether it is read-only for good.</param>
internal sealed record RepositoryHead(GitHubRepository Repository, string DefaultBranch, string? License, bool IsArchived)
{
    /// <summary>The beginning of the path of everything that the API has about it.</summary>
    public string ApiPath => $"repos/{Repository.Owner}/{Repository.Name}";
}

/// <summary>There is no such repository, or it is private.</summary>
public sealed class RepositoryNotFoundException(GitHubRepository repository)
    : SourceException($"GitHub has no public repository {repository.Owner}/{repository.Name}. Check the URL; a private one must be made public, or uploaded as a ZIP.");
