namespace Acme.Api.Tests.Contract;

/// <summary>An operation as the REST contract 3.4.7 has it.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path template.</param>
/// <param name="Parameters">Its parameters as <c>in:name</c>.</param>
/// <param name="Statuses">Every status it names.</param>
/// <param name="Request">Schema of its JSON body, if it has one.</param>
/// <param name="Response">Schema of its 2xx JSON body, if it has one.</param>
public sealed record Operation(string Method, string Path, string[] Parameters, int[] Statuses, string? Request = null, string? Response = null)
{
    public override string ToString() => $"{Method} {Path}";
}

/// <summary>A field of a schema: its JSON type and whether it must be there. A type is a JSON type, a schema's name, or either with <c>[]</c>.</summary>
public sealed record Field(string Name, string Type, bool Required = true);

/// <summary>The contract's facts, restated: what a consumer of version 3.4.7 relies on.</summary>
public static class ContractFacts
{
    private const string Token = "header:X-Authorization";
    private const string Type = "path:artifact_type";
    private const string Id = "path:id";

    /// <summary>All but one of the status codes named by the contract: 501 on /authenticate is for systems without authentication, which this is not.</summary>
    public static IReadOnlyList<Operation> Operations { get; } =
    [
        new("GET", "/health", [], [200]),
        new("GET", "/health/components", ["query:windowMinutes", "query:includeTimeline"], [200], Response: "HealthComponentCollection"),
        new("POST", "/artifacts", [Token, "query:offset"], [200, 400, 403, 413], "ArtifactQuery[]", "ArtifactMetadata[]"),
        new("DELETE", "/reset", [Token], [200, 401, 403]),
        new("GET", "/artifacts/{artifact_type}/{id}", [Token, Type, Id], [200, 400, 403, 404], Response: "Artifact"),
        new("PUT", "/artifacts/{artifact_type}/{id}", [Token, Type, Id], [200, 202, 400, 403, 404], "Artifact"),
        new("DELETE", "/artifacts/{artifact_type}/{id}", [Token, Type, Id], [200, 400, 403, 404]),
        new("POST", "/artifact/{artifact_type}", [Token, Type], [201, 202, 400, 403, 409, 424], "ArtifactData", "Artifact"),
        new("GET", "/artifact/model/{id}/rate", [Token, Id], [200, 400, 403, 404, 500], Response: "ModelRating"),
        new("GET", "/artifact/{artifact_type}/{id}/cost", [Token, Type, Id, "query:dependency"], [200, 400, 403, 404, 500], Response: "ArtifactCost"),
        new("PUT", "/authenticate", [], [200, 400, 401], "AuthenticationRequest", "string"),
        new("GET", "/artifact/byName/{name}", [Token, "path:name"], [200, 400, 403, 404], Response: "ArtifactMetadata[]"),
        new("GET", "/artifact/{artifact_type}/{id}/audit", [Token, Type, Id], [200, 400, 403, 404], Response: "ArtifactAuditEntry[]"),
        new("GET", "/artifact/model/{id}/lineage", [Token, Id], [200, 400, 403, 404], Response: "ArtifactLineageGraph"),
        new("POST", "/artifact/model/{id}/license-check", [Token, Id], [200, 400, 403, 404, 502], "SimpleLicenseCheckRequest", "boolean"),
        new("POST", "/artifact/byRegEx", [Token], [200, 400, 403, 404], "ArtifactRegEx", "ArtifactMetadata[]"),
        new("GET", "/tracks", [], [200], Response: "Tracks"),
    ];

    public static IReadOnlyDictionary<string, Field[]> Schemas { get; } = new Dictionary<string, Field[]>
    {
        ["Artifact"] = [new("metadata", "ArtifactMetadata"), new("data", "ArtifactData")],
        ["ArtifactData"] = [new("url", "string"), new("download_url", "string", false)],
        ["ArtifactMetadata"] = [new("name", "string"), new("id", "string"), new("type", "ArtifactType")],
        ["ArtifactQuery"] = [new("name", "string"), new("types", "ArtifactType[]", false)],
        ["ArtifactAuditEntry"] = [new("user", "User"), new("date", "string"), new("artifact", "ArtifactMetadata"), new("action", "AuditAction")],
        ["ArtifactRegEx"] = [new("regex", "string")],
        ["ArtifactLineageGraph"] = [new("nodes", "ArtifactLineageNode[]"), new("edges", "ArtifactLineageEdge[]")],
        ["ArtifactLineageNode"] =
        [
            new("node", "string"), new("artifact_id", "string", false), new("name", "string", false), new("source", "string", false), new("metadata", "object", false),
        ],
        ["ArtifactLineageEdge"] = [new("from_node_artifact_id", "string"), new("to_node_artifact_id", "string"), new("relationship", "string")],
        ["SimpleLicenseCheckRequest"] = [new("github_url", "string")],
        ["User"] = [new("name", "string"), new("is_admin", "boolean")],
        ["UserAuthenticationInfo"] = [new("password", "string")],
        ["AuthenticationRequest"] = [new("user", "User"), new("secret", "UserAuthenticationInfo")],
        ["ModelRating"] =
        [
            new("name", "string"), new("category", "string"),
            .. new[]
            {
                "net_score", "ramp_up_time", "bus_factor", "performance_claims", "license", "dataset_and_code_score", "dataset_quality",
                "code_quality", "reproducibility", "reviewedness", "tree_score",
            }.SelectMany(score => new Field[] { new(score, "number"), new($"{score}_latency", "number") }),
            new("size_score", "SizeScore"), new("size_score_latency", "number"),
        ],
        ["SizeScore"] = [new("raspberry_pi", "number"), new("jetson_nano", "number"), new("desktop_pc", "number"), new("aws_server", "number")],
        ["HealthComponentCollection"] =
        [
            new("components", "HealthComponentDetail[]"), new("generated_at", "string"), new("window_minutes", "integer", false),
        ],
        ["HealthComponentDetail"] =
        [
            new("id", "string"), new("display_name", "string", false), new("status", "HealthStatus"), new("observed_at", "string"),
            new("description", "string", false), new("metrics", "object", false), new("issues", "HealthIssue[]", false),
            new("timeline", "HealthTimelineEntry[]", false), new("logs", "HealthLogReference[]", false),
        ],
        ["HealthIssue"] = [new("code", "string"), new("severity", "HealthSeverity"), new("summary", "string"), new("details", "string", false)],
        ["HealthTimelineEntry"] = [new("bucket", "string"), new("value", "number"), new("unit", "string", false)],
        ["HealthLogReference"] =
        [
            new("label", "string"), new("url", "string"), new("tail_available", "boolean", false), new("last_updated_at", "string", false),
        ],
        ["HealthSummaryResponse"] =
        [
            new("status", "HealthStatus"), new("checked_at", "string"), new("window_minutes", "integer"), new("uptime_seconds", "integer", false),
            new("version", "string", false), new("request_summary", "HealthRequestSummary", false), new("components", "HealthComponentBrief[]", false),
        ],
        ["HealthRequestSummary"] =
        [
            new("window_start", "string"), new("window_end", "string"), new("total_requests", "integer", false),
            new("per_route", "object", false), new("per_artifact_type", "object", false),
        ],
        ["HealthComponentBrief"] =
        [
            new("id", "string"), new("display_name", "string", false), new("status", "HealthStatus"), new("issue_count", "integer", false),
            new("last_event_at", "string", false),
        ],
        ["Tracks"] = [new("plannedTracks", "string[]", false)],
    };

    public static IReadOnlyDictionary<string, string[]> Words { get; } = new Dictionary<string, string[]>
    {
        ["ArtifactType"] = ["model", "dataset", "code"],
        ["AuditAction"] = ["CREATE", "UPDATE", "DOWNLOAD", "RATE", "AUDIT"],
        ["HealthStatus"] = ["ok", "degraded", "critical", "unknown"],
        ["HealthSeverity"] = ["info", "warning", "error"],
    };
}
