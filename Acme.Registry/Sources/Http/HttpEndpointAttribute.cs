using System.ComponentModel.DataAnnotations;

namespace Acme.Registry.Sources.Http;

/// <summary>Holds a setting to an absolute http or https address without credentials and query.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HttpEndpointAttribute() : ValidationAttribute("The field {0} must be an http or https address such as https://hub.example.com, without credentials and query.")
{
    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is null or Uri { IsAbsoluteUri: true, Scheme: "http" or "https", Host.Length: > 0, UserInfo.Length: 0, Query.Length: 0 };
}
