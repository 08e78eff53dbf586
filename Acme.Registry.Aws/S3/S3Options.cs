using System.ComponentModel.DataAnnotations;
using Amazon.Runtime;

namespace Acme.Registry.Aws.S3;

/// <summary>Where blobs are kept (section <c>S3</c>). Credentials come from the SDK's default chain, never from here.</summary>
public sealed class S3Options
{
    /// <summary>The bucket. Its versioning must be on; see <see cref="S3BlobStore"/>.</summary>
    [Required(ErrorMessage = "Name the bucket that holds the blobs.")]
    public string? Bucket { get; set; }

    /// <summary>Begins every key, such as <c>registry/</c>. Default: nothing.</summary>
    [RegularExpression("^([A-Za-z0-9_.-]+/)*$", ErrorMessage = "A prefix consists of letters, digits, '_', '.' and '-', and ends with '/'.")]
    public string Prefix { get; set; } = "";

    /// <summary>Another service that speaks S3, such as a gateway of one's own. Default: AWS.</summary>
    [Url(ErrorMessage = "It must be an absolute URL, such as http://127.0.0.1:9000.")]
    public Uri? ServiceUrl { get; set; }

    /// <summary>The region, such as <c>eu-central-1</c>. Default: the SDK's default chain.</summary>
    public string? Region { get; set; }

    /// <summary>Puts the bucket's name into the path instead of the host name. Most services but AWS need it.</summary>
    public bool ForcePathStyle { get; set; }

    /// <summary>Makes the bucket at start. Only in Development: elsewhere the infrastructure's own description makes it.</summary>
    public bool CreateBucket { get; set; }

    /// <summary><c>sdk</c> lets the SDK add checksums to every request; <c>when-required</c> is for services that do not know them. Default: <c>sdk</c>.</summary>
    [AllowedValues("sdk", "when-required", ErrorMessage = "It can be: sdk, when-required.")]
    public string Checksums { get; set; } = "sdk";

    /// <summary><c>Standard</c>, or <c>Adaptive</c>, which also holds requests back while the service throttles. Default: Standard.</summary>
    [AllowedValues(RequestRetryMode.Standard, RequestRetryMode.Adaptive, ErrorMessage = "It can be: Standard, Adaptive.")]
    public RequestRetryMode RetryMode { get; set; } = RequestRetryMode.Standard;

    /// <summary>How often a request is tried again, after growing pauses with jitter. Default: 6.</summary>
    [Range(0, 20, ErrorMessage = "It can be 0 to 20.")]
    public int MaxRetries { get; set; } = 6;

    /// <summary>How long a URL that is handed out stays good. Default: 15 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "7.00:00:00", ErrorMessage = "It can be 10 seconds to 7 days.")]
    public TimeSpan PresignedLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long an assembled bundle is used. The bucket's lifecycle must keep <c>bundles/</c> at least a day longer. Default: 7 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00", ErrorMessage = "It can be 1 minute to 365 days.")]
    public TimeSpan BundleLifetime { get; set; } = TimeSpan.FromDays(7);
}
