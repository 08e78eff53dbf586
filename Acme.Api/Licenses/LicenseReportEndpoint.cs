using Acme.Api.Hosting;
using Acme.Api.Artifacts;
using Acme.Api.Authentication;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Licensing;
using Acme.Registry.Scoring;
using Acme.Registry.Storage;
using Microsoft.AspNetCore.Mvc;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Licenses;

internal static class LicenseReportEndpoint
{
    public static void MapLicenseReports(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/artifact/model/{id}/license-report", ReportAsync)
            .WithName("ArtifactLicenseReport").WithSummary("How do the licences of this model, its base models, its datasets and code go together, for fine-tuning and inference?")
            .WithDescription("A reason for every pair, those in conflict first. With github_url, the code is that repository; without, the repositories that the model is linked with.")
            .WithTags("Licences")
            .RequirePermission(Permissions.Search)
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(502);

    private static async Task<JsonAnswer<Wire.LicenseReport>> ReportAsync(
        ArtifactId id,
        HttpContext context,
        ICatalog catalog,
        RatingService ratings,
        LicenseReporter reporter,
        RepositoryLicense repositories,
        [FromQuery(Name = "github_url")] string? gitHubUrl = null)
    {
        var model = await catalog.Artifacts.GetAsync(id, ArtifactType.Model, context.RequestAborted);
        var code = gitHubUrl is null ? null : await CodeAsync(gitHubUrl, repositories, context.RequestAborted);
        var facts = await ratings.GetFactsAsync(model, context.RequestAborted);
        return JsonAnswer.Ok(ToWire(await reporter.ReportAsync(model.Item, facts, code, context.RequestAborted)));
    }

    private static async Task<LicensedWork> CodeAsync(string url, RepositoryLicense repositories, CancellationToken cancellationToken)
    {
        var (page, license) = await repositories.FindAsync(url, cancellationToken);
        return new("code", page, license);
    }

    private static Wire.LicenseReport ToWire(LicenseReport report) => new()
    {
        Compatible = report.IsCompatible,
        Works = [.. report.Works.Select(w => new Wire.LicensedWork { Role = w.Role, Name = w.Name, License = w.License, Terms = TermsOf(w.License) })],
        Pairs =
        [
            .. report.Pairs.Select(p => new Wire.LicensePair
            {
                First = p.First.Name, Second = p.Second.Name, Relation = p.Relation, Compatible = p.Answer.IsCompatible, Reason = p.Answer.Reason,
            }),
        ],
    };

    private static IReadOnlyList<Wire.LicenseTerms>? TermsOf(string? license) => SpdxExpression.TryParse(license, out var expression)
        ? [.. expression.Licenses().DistinctBy(l => l.Id).Select(l => new Wire.LicenseTerms { License = l.Id, Family = WordOf(KnownLicense.Find(l.Id)?.Family) })]
        : null;

    private static string WordOf(LicenseFamily? family) => family switch
    {
        LicenseFamily.Permissive => "permissive",
        LicenseFamily.WeakCopyleft => "weak_copyleft",
        LicenseFamily.StrongCopyleft => "strong_copyleft",
        LicenseFamily.UseRestricted => "use_restricted",
        LicenseFamily.NonCommercial => "non_commercial",
        LicenseFamily.NoDerivatives => "no_derivatives",
        _ => "unknown",
    };
}
