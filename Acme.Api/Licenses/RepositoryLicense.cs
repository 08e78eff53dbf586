using Acme.Api.Problems;
using Acme.Registry.Sources;
using Acme.Registry.Sources.GitHub;
using Microsoft.Extensions.Options;

namespace Acme.Api.Licenses;

/// <summary>The licence of the GitHub repository that a request names.</summary>
internal sealed class RepositoryLicense(GitHubLicenses gitHub, IOptions<GitHubOptions> options)
{
    /// <summary>The repository's page, and its licence as an SPDX identifier or nothing.</summary>
    /// <exception cref="ProblemException">400 when the URL names no repository, 404 when there is none, 502 when GitHub cannot tell now.</exception>
    public async Task<(string Page, string? License)> FindAsync(string url, CancellationToken cancellationToken)
    {
        if (!GitHubUrl.TryParse(url, options.Value.WebEndpoint, out var place))
        {
            throw new ProblemException(
                400, "Not a GitHub repository", $"The github_url must be like {options.Value.WebEndpoint.AbsoluteUri.TrimEnd('/')}/owner/repository.");
        }
        try
        {
            return (place.Page, await gitHub.FindAsync(place.Repository, cancellationToken));
        }
        catch (RepositoryNotFoundException e)
        {
            throw new ProblemException(404, "No such repository", e.Message);
        }
        catch (SourceException e)
        {
            throw new ProblemException(502, "Licence could not be retrieved", e.Message);
        }
    }
}
