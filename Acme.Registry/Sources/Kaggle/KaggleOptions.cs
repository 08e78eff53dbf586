using System.ComponentModel.DataAnnotations;
using Acme.Registry.Sources.Http;

namespace Acme.Registry.Sources.Kaggle;

/// <summary>Where Kaggle is (section <c>Sources:Kaggle</c>). A configured endpoint is trusted by being configured.</summary>
public sealed class KaggleOptions
{
    /// <summary>Where the settings stand in the configuration.</summary>
    public const string Section = "Sources:Kaggle";

    /// <summary>Base address of Kaggle or of a mirror of it; URLs of <c>www.kaggle.com</c> are read from here.</summary>
    [Required, HttpEndpoint]
    public Uri Endpoint { get; set; } = new("https://www.kaggle.com");

    /// <summary>User name of an API token; optional, for datasets that are not given to everyone.</summary>
    public string? User { get; set; }

    /// <summary>Key of the API token.</summary>
    public string? Key { get; set; }
}
