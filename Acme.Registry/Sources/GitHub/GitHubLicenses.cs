namespace Acme.Registry.Sources.GitHub;

/// <summary>Asks GitHub for a repository's licence.</summary>
public sealed class GitHubLicenses(GitHubRepositories repositories)
{
    /// <summary>
    /// The licence that GitHub detects, or, where it finds a text that it does not know, the one whose text it is: an SPDX identifier, or
    /// null when there is none or it is not a known one.
    /// </summary>
    /// <exception cref="RepositoryNotFoundException">There is no such public repository.</exception>
    /// <exception cref="SourceException">GitHub cannot be reached, is out of quota, or answers something else than its API says.</exception>
    public async Task<string?> FindAsync(GitHubRepository repository, CancellationToken cancellationToken = default) =>
        await repositories.LicenseAsync(await repositories.HeadAsync(repository, cancellationToken), cancellationToken);
}
