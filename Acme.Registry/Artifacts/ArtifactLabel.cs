namespace Acme.Registry.Artifacts;

/// <summary>The spelling of the labels that an artifact is looked up by; see <see cref="Artifact.Labels"/>.</summary>
public static class ArtifactLabel
{
    /// <summary>The policy accepts it.</summary>
    public const string Accepted = "verdict:accepted";

    /// <summary>The policy rejects it.</summary>
    public const string Rejected = "verdict:rejected";

    /// <summary>It has this licence; letter case makes no difference.</summary>
    public static string License(string license) => $"license:{license.ToLowerInvariant()}";

    /// <summary>Its files name this as an origin, exactly so.</summary>
    public static string Parent(string name) => $"parent:{name}";

    /// <summary>This probe, as <c>metric.probe</c>, did not come out true.</summary>
    public static string Finding(string id) => $"finding:{id}";
}
