using System.ComponentModel.DataAnnotations;

namespace Acme.Registry.Sources.Http;

/// <summary>Settings of <see cref="ZipUrlSource"/>.</summary>
public sealed class HttpSourceOptions
{
    /// <summary>Where the settings stand in the configuration.</summary>
    public const string Section = "Sources:Http";

    /// <summary>Largest download, in bytes.</summary>
    [Range(1, long.MaxValue)]
    public long MaxDownloadBytes { get; set; } = 50L << 30;

    /// <summary>How long one download may take, retries included.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromHours(1);

    /// <summary><c>host:port</c> of servers that may be inside the network, such as a mirror.</summary>
    public IList<string> TrustedHosts { get; } = [];

    /// <summary>Where downloads are kept while they are taken in; needs room for the largest ones.</summary>
    [Required]
    public string SpoolDirectory { get; set; } = Path.GetTempPath();
}
