using System.ComponentModel.DataAnnotations;

namespace Acme.Registry.Sources.GitHub;

/// <summary>Where GitHub is (section <c>Sources:GitHub</c>). A configured endpoint is trusted by being configured.</summary>
public sealed class GitHubOptions
{
    /// <summary>Base address of the REST API.</summary>
    [Required]
    public Uri ApiEndpoint { get; set; } = new("https://api.github.com");

    /// <summary>Base address of the web pages, by which repository URLs are known.</summary>
    [Required]
    public Uri WebEndpoint { get; set; } = new("https://github.com");

    /// <summary>Access token; optional, raises the quota.</summary>
    public string? Token { get; set; }
}
