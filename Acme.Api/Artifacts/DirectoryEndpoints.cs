using Acme.Api.Hosting;
using System.Reflection;
using Acme.Api.Authentication;
using Acme.Api.Problems;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using Microsoft.AspNetCore.Mvc;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Artifacts;

/// <summary>The directory: rows by conditions, in an order; and an overview of what is there.</summary>
internal static class DirectoryEndpoints
{
    private const int DefaultLimit = 50;
    private const int MaxConditions = 20;
    private const int MaxLength = 1000;
    private const int Few = 6;

    public static void MapDirectory(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/artifacts", BrowseAsync)
            .WithName("ArtifactsBrowse").WithSummary("Browse the artifacts that meet every condition, in an order")
            .WithDescription(
                "type, parent and finding may be given several times: any of the types, all of the parents and findings. q is plain text, pattern a regular expression (not both), found in name or card. "
                + "license is an SPDX identifier or expression, letter case ignored; verdict is accepted or rejected; finding is metric.probe and means that it did not come out true. "
                + "order is newest, name or net_score. next in the body, and the header offset, are the cursor of the next page; it goes with the same order only.")
            .WithTags("Artifacts")
            .RequirePermission(Permissions.Search)
            .ProducesProblem(400).ProducesProblem(403);

        routes.MapGet("/overview", OverviewAsync)
            .WithName("RegistryOverview").WithSummary("How much there is, the newest, the best rated and the rejected")
            .WithTags("Artifacts")
            .RequirePermission(Permissions.Search)
            .ProducesProblem(403);
    }

    private static async Task<JsonAnswer<Wire.ArtifactRowPage>> BrowseAsync([AsParameters] DirectoryParameters asked, HttpContext context, ICatalog catalog)
    {
        var page = await catalog.Artifacts.BrowseAsync(QueryOf(asked), asked.Cursor, Paging.Checked(asked.Limit ?? DefaultLimit), context.RequestAborted);
        return JsonAnswer.Ok(new Wire.ArtifactRowPage { Items = Paging.Answer(context, page, a => a.ToRow()), Next = page.Next });
    }

    private static async Task<JsonAnswer<Wire.RegistryOverview>> OverviewAsync(HttpContext context, ICatalog catalog)
    {
        var counts = await catalog.Artifacts.CountAsync(context.RequestAborted);
        var attention = await FirstAsync(new() { Labels = [ArtifactLabel.Rejected] });
        return JsonAnswer.Ok(new Wire.RegistryOverview
        {
            Counts = ArtifactTypes.All.ToDictionary(t => t.Word(), t => counts.ByType[t]),
            Rejected = counts.Rejected,
            Newest = await FirstAsync(new()),
            // Only what has a rating, which is what has a score.
            BestRated = await FirstAsync(new() { Order = ArtifactOrder.NetScore, MinNetScore = 0 }),
            Attention = attention,
            Version = typeof(DirectoryEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
        });

        async Task<IReadOnlyList<Wire.ArtifactRow>> FirstAsync(ArtifactQuery query) =>
            [.. (await catalog.Artifacts.BrowseAsync(query, null, Few, context.RequestAborted)).Items.Select(a => a.ToRow())];
    }

    private static ArtifactQuery QueryOf(DirectoryParameters asked)
    {
        if (asked.Q is { Length: > 0 } && asked.Pattern is { Length: > 0 }) throw Bad("Send q or pattern, not both.");
        var pattern = asked switch
        {
            { Q: { Length: > 0 } text } => SearchPattern.ForText(Bounded("q", text)),
            { Pattern: { Length: > 0 } given } => SearchPattern.Parse(given),
            _ => null,
        };
        List<string> labels = [.. Checked("parent", asked.Parent).Select(ArtifactLabel.Parent), .. Checked("finding", asked.Finding).Select(ArtifactLabel.Finding)];
        if (asked.License is { Length: > 0 } license) labels.Add(ArtifactLabel.License(Bounded("license", license)));
        if (!string.IsNullOrEmpty(asked.Verdict))
        {
            labels.Add(asked.Verdict switch
            {
                "accepted" => ArtifactLabel.Accepted,
                "rejected" => ArtifactLabel.Rejected,
                _ => throw Bad("The verdict is accepted or rejected."),
            });
        }
        if (asked.MinNetScore is { } min && !(min is >= 0 and <= 1)) throw Bad("minNetScore is a number from 0 to 1.");
        return new()
        {
            Pattern = pattern,
            Types = [.. Checked("type", asked.Type).Select(t => ArtifactTypes.TryParse(t, out var type) ? type : throw Bad("The type is model, dataset or code."))],
            Labels = labels,
            MinNetScore = asked.MinNetScore,
            Order = asked.Order switch
            {
                null or "" or "newest" => ArtifactOrder.Newest,
                "name" => ArtifactOrder.Name,
                "net_score" => ArtifactOrder.NetScore,
                _ => throw Bad("The order is newest, name or net_score."),
            },
        };
    }

    // A form sends its empty fields too; they are no condition.
    private static string[] Checked(string name, string[]? values)
    {
        string[] given = [.. (values ?? []).Where(v => v.Length > 0).Select(v => Bounded(name, v))];
        return given.Length <= MaxConditions ? given : throw Bad($"{name} may be given at most {MaxConditions} times.");
    }

    private static string Bounded(string name, string value) =>
        value.Length <= MaxLength ? value : throw Bad($"{name} has at most {MaxLength} characters.");

    private static ProblemException Bad(string detail) => new(400, "Bad condition", detail);
}

/// <summary>What a page of the directory is asked for.</summary>
internal sealed record DirectoryParameters(
    [FromQuery(Name = "type")] string[]? Type,
    [FromQuery(Name = "q")] string? Q,
    [FromQuery(Name = "pattern")] string? Pattern,
    [FromQuery(Name = "license")] string? License,
    [FromQuery(Name = "minNetScore")] double? MinNetScore,
    [FromQuery(Name = "verdict")] string? Verdict,
    [FromQuery(Name = "parent")] string[]? Parent,
    [FromQuery(Name = "finding")] string[]? Finding,
    [FromQuery(Name = "order")] string? Order,
    [FromQuery(Name = "cursor")] string? Cursor,
    [FromQuery(Name = "limit")] int? Limit);
