using Acme.Client.Contract;

namespace Acme.Web.Components;

/// <summary>Addresses of pages.</summary>
internal static class Address
{
    /// <summary>The first segment of the pages of artifacts of this type.</summary>
    public static string SegmentOf(ArtifactType type) => type switch
    {
        ArtifactType.Model => "models",
        ArtifactType.Dataset => "datasets",
        _ => "code",
    };

    /// <summary>The type whose pages begin with this segment.</summary>
    public static ArtifactType? TypeOf(string? segment) => segment switch
    {
        "models" => ArtifactType.Model,
        "datasets" => ArtifactType.Dataset,
        "code" => ArtifactType.Code,
        _ => null,
    };

    /// <summary>The page of an artifact, or one of its tabs.</summary>
    public static string Of(ArtifactType type, string id, string? tab = null) =>
        $"/{SegmentOf(type)}/{Uri.EscapeDataString(id)}{(tab is null ? "" : "/" + tab)}";

    /// <summary>The page of an artifact.</summary>
    public static string Of(ArtifactMetadata artifact) => Of(artifact.Type, artifact.Id);

    /// <summary>Where one of its files is downloaded.</summary>
    public static string OfFile(ArtifactType type, string id, string path) =>
        $"{Of(type, id, "file")}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";

    /// <summary>Where its bundle, or a part of it, is downloaded.</summary>
    public static string OfDownload(ArtifactType type, string id, string part = "all") =>
        $"{Of(type, id, "download")}{(part == "all" ? "" : "?part=" + part)}";
}
