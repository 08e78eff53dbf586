namespace Acme.Infra.Cdk.Gateway;

/// <summary>A limit of one route, over all callers.</summary>
/// <param name="Rate">Requests per second in the long run.</param>
/// <param name="Burst">Requests at once.</param>
public sealed record RouteLimit(int Rate, int Burst);

/// <summary>One route of the gateway.</summary>
/// <param name="Key">Method and path as API Gateway has them.</param>
/// <param name="ToApi">Whether it leads to the API; else to the web.</param>
/// <param name="Limit">Its own limit; null for that of the stage.</param>
public sealed record Route(string Key, bool ToApi, RouteLimit? Limit = null);

/// <summary>What of the one origin belongs to the API; the web has the rest.</summary>
public static class RouteTable
{
    /// <summary>The route that everything else takes.</summary>
    public const string Default = "$default";

    /// <summary>Reading, and downloading, which is a redirect: what the alarm about slow reads watches.</summary>
    public const string Reads = "ANY /artifacts/{proxy+}";

    // Paths that are one resource, and paths that have more below them.
    private static readonly string[] Exact = ["/artifacts", "/health", "/alive", "/reset", "/tracks", "/authenticate", "/users", "/sessions", "/tokens", "/policy", "/jobs", "/load-tests", "/overview", "/scalar"];
    private static readonly string[] Below = ["/artifacts", "/artifact", "/health", "/users", "/sessions", "/tokens", "/policy", "/ratings", "/jobs", "/load-tests", "/overview", "/openapi", "/scalar"];

    /// <summary>Every route; a more specific one wins, whatever the order.</summary>
    public static IReadOnlyList<Route> All { get; } =
    [
        .. Exact.Select(path => new Route($"ANY {path}", true)),
        .. Below.Select(path => new Route($"ANY {path}/{{proxy+}}", true)),
        // Guessing passwords, and hashing them, which is made to be slow.
        new("PUT /authenticate", true, new(10, 20)),
        // Takes an artifact in: network, disk and CPU for up to half a minute.
        new("POST /artifact/{artifact_type}", true, new(20, 40)),
        new("POST /artifact/{artifact_type}/upload", true, new(10, 20)),
        new("PUT /artifacts/{artifact_type}/{id}", true, new(10, 20)),
        new("POST /artifacts/{artifact_type}/{id}/revisions/{revision}/restore", true, new(10, 20)),
        new("POST /artifacts/{artifact_type}/{id}/restore", true, new(10, 20)),
        // Fetches and rates what is not taken in.
        new("POST /ratings/preview", true, new(10, 20)),
        // Regular expressions over the whole catalog.
        new("POST /artifact/byRegEx", true, new(50, 100)),
        // Empties the registry.
        new("DELETE /reset", true, new(1, 2)),
        // Runs due background work.
        new("POST /jobs/run", true, new(1, 2)),
        new(Default, false),
    ];

    /// <summary>The limit of every route without one of its own.</summary>
    internal static RouteLimit StageLimit(DeploymentOptions options) => options.IsProd ? new(1000, 2000) : new(100, 200);
}
