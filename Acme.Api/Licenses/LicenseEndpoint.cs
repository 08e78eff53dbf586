using Acme.Api.Hosting;
using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Client.Contract;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Licensing;
using Acme.Registry.Storage;

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

    private static async Task<JsonAnswer<bool>> CheckAsync(
        ArtifactId id, SimpleLicenseCheckRequest request, HttpContext context, ICatalog catalog, RepositoryLicense repositories)
    {
        var model = (await catalog.Artifacts.GetAsync(id, Registry.Artifacts.ArtifactType.Model, context.RequestAborted)).Item;
        var (_, theirs) = await repositories.FindAsync(request.GithubUrl, context.RequestAborted);
        return JsonAnswer.Ok(LicenseCompatibility.Check(model.License, theirs).IsCompatible);
    }
}
