using Acme.Api.Hosting;

namespace Acme.Api.Tracks;

internal static class TracksEndpoint
{
    public static void MapTracks(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/tracks", () => JsonAnswer.Ok(new Client.Contract.Tracks { PlannedTracks = ["Performance track", "Access control track"] }))
            .WithName("TracksGet").WithSummary("Get the tracks this registry implements")
            .WithTags("Registry");
}
