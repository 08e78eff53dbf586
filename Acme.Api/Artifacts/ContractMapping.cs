using Acme.Registry.Artifacts;
using Wire = Acme.Client.Contract;

namespace Acme.Api.Artifacts;

/// <summary>From the domain to the wire contract and back.</summary>
internal static class ContractMapping
{
    public static Wire.ArtifactType ToWire(this ArtifactType type) => type switch
    {
        ArtifactType.Model => Wire.ArtifactType.Model,
        ArtifactType.Dataset => Wire.ArtifactType.Dataset,
        _ => Wire.ArtifactType.Code,
    };

    public static ArtifactType ToDomain(this Wire.ArtifactType type) => type switch
    {
        Wire.ArtifactType.Model => ArtifactType.Model,
        Wire.ArtifactType.Dataset => ArtifactType.Dataset,
        _ => ArtifactType.Code,
    };

    public static Wire.ArtifactMetadata ToMetadata(this Artifact artifact) =>
        new() { Name = artifact.Name, Id = artifact.Id.ToString(), Type = artifact.Type.ToWire() };

    /// <summary>The artifact as a result list shows it.</summary>
    public static Wire.ArtifactRow ToRow(this Artifact artifact) => new()
    {
        Id = artifact.Id.ToString(),
        Type = artifact.Type.ToWire(),
        Name = artifact.Name,
        Url = artifact.Url,
        License = artifact.License,
        Revision = artifact.Head.Id,
        Size = artifact.Head.TotalSize,
        FileCount = artifact.Head.FileCount,
        CreatedAt = artifact.CreatedAt.UtcDateTime,
        CreatedBy = artifact.CreatedBy,
        NetScore = artifact.Rating?.NetScore,
        Accepted = artifact.Rating?.Accepted,
        Findings = artifact.Rating?.Findings,
    };

    /// <summary>The whole artifact; its download link is absolute, built from the host that the client spoke to.</summary>
    public static Wire.Artifact ToWire(this Artifact artifact, HttpRequest request) => new()
    {
        Metadata = artifact.ToMetadata(),
        Data = new()
        {
            Url = artifact.Url,
            DownloadUrl = $"{request.Scheme}://{request.Host}{request.PathBase}/artifacts/{artifact.Type.Word()}/{artifact.Id}/download",
        },
    };
}
