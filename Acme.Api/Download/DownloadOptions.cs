namespace Acme.Api.Download;

/// <summary>How content leaves (section <c>Downloads</c>).</summary>
internal sealed class DownloadOptions
{
    /// <summary>
    /// Whether clients are sent to the blob store where it hands out URLs, as S3 does; else everything passes through the registry.
    /// Default: true, but false in Development, where the store may be out of the client's reach.
    /// </summary>
    public bool? Redirect { get; set; }
}
