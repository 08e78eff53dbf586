using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Api.Problems;
using Acme.Client.Contract;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Licensing;
using Acme.Registry.Sources;
using Acme.Registry.Sources.GitHub;
using Acme.Registry.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Acme.Api.Licenses;

internal static class LicenseEndpoint
{
    public static void MapLicenses(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/artifact/model/{id}/license-check", CheckAsync)
            .WithName("ArtifactLicenseCheck").WithSummary("Does this model's licence go with that of a GitHub repository, for fine-tuning and inference?")
            .WithDescription("false as well when either licence is missing or not a known one.")
            .WithTags("Licences")
            .RequirePermission(Permissions.Search)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(502);

    private static async Task<Ok<bool>> CheckAsync(
        ArtifactId id, SimpleLicenseCheckRequest request, HttpContext context, ICatalog catalog, GitHubLicenses gitHub, IOptions<GitHubOptions> options)
    {
        var model = (await catalog.Artifacts.GetAsync(id, Registry.Artifacts.ArtifactType.Model, context.RequestAborted)).Item;
        if (!GitHubUrl.TryParse(request.GithubUrl, options.Value.WebEndpoint, out var place))
        {
            throw new ProblemException(
                400, "Not a GitHub repository", $"The github_url must be like {options.Value.WebEndpoint.AbsoluteUri.TrimEnd('/')}/owner/repository.");
        }
        try
        {
            var theirs = await gitHub.FindAsync(place.Repository, context.RequestAborted);
            return TypedResults.Ok(LicenseCompatibility.Check(model.License, theirs).IsCompatible);
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
