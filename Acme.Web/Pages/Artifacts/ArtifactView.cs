using Acme.Client.Contract;

namespace Acme.Web.Pages.Artifacts;

/// <summary>What every tab of an artifact's page knows about it.</summary>
/// <param name="summary">What the registry says of it.</param>
public sealed class ArtifactView(ArtifactSummary summary)
{
    /// <summary>What the registry says of it.</summary>
    public ArtifactSummary Summary { get; } = summary;

    /// <summary>The artifact as in a result list.</summary>
    public ArtifactRow Row => Summary.Row;

    /// <summary>Artifact category.</summary>
    public ArtifactType Type => Row.Type;

    /// <summary>Its id.</summary>
    public string Id => Row.Id;

    /// <summary>Its name.</summary>
    public string Name => Row.Name;

    /// <summary>The page that it came from; null where it was uploaded.</summary>
    public string? Origin => Uri.TryCreate(Row.Url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri.AbsoluteUri : null;
}
