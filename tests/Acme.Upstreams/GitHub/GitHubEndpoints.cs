namespace Acme.Upstreams.GitHub;

internal static class GitHubEndpoints
{
    public static void MapGitHubApi(this IEndpointRouteBuilder routes, string fixtures)
    {
    }

    public static void MapGitHubWeb(this IEndpointRouteBuilder routes, string fixtures)
    {
    }
}
