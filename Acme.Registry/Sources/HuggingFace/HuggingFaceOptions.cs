using System.ComponentModel.DataAnnotations;
using Acme.Registry.Sources.Http;

namespace Acme.Registry.Sources.HuggingFace;

/// <summary>Where Hugging Face is (section <c>Sources:HuggingFace</c>). A configured endpoint is trusted by being configured.</summary>
public sealed class HuggingFaceOptions
{
    /// <summary>Where the settings stand in the configuration.</summary>
    public const string Section = "Sources:HuggingFace";

    /// <summary>Base address of the hub or of a mirror of it; URLs of <c>huggingface.co</c> are read from here.</summary>
    [Required, HttpEndpoint]
    public Uri Endpoint { get; set; } = new("https://huggingface.co");

    /// <summary>Access token; optional, for gated and private repositories and a larger quota.</summary>
    public string? Token { get; set; }
}
