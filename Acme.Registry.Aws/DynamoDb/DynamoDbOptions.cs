using System.ComponentModel.DataAnnotations;
using Amazon.Runtime;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>Where the catalog is kept (section <c>DynamoDb</c>). Credentials come from the SDK's default chain, never from here.</summary>
public sealed class DynamoDbOptions
{
    /// <summary>The table; <c>docs/dynamodb.md</c> says how it is made.</summary>
    [Required(ErrorMessage = "Name the table that holds the catalog.")]
    [RegularExpression("^[A-Za-z0-9_.-]{3,255}$", ErrorMessage = "A table's name has 3 to 255 letters, digits, '_', '.' and '-'.")]
    public string? Table { get; set; }

    /// <summary>Another service that speaks DynamoDB. Default: AWS.</summary>
    [Url(ErrorMessage = "It must be an absolute URL, such as http://127.0.0.1:8000.")]
    public Uri? ServiceUrl { get; set; }

    /// <summary>The region, such as <c>eu-central-1</c>. Default: the SDK's default chain.</summary>
    public string? Region { get; set; }

    /// <summary>Makes the table at start. Only in Development: elsewhere the infrastructure's own description makes it.</summary>
    public bool CreateTable { get; set; }

    /// <summary><c>Standard</c>, or <c>Adaptive</c>, which also holds requests back while the service throttles. Default: Standard.</summary>
    [AllowedValues(RequestRetryMode.Standard, RequestRetryMode.Adaptive, ErrorMessage = "It can be: Standard, Adaptive.")]
    public RequestRetryMode RetryMode { get; set; } = RequestRetryMode.Standard;

    /// <summary>How often a request is tried again, after growing pauses with jitter. Default: 8.</summary>
    [Range(0, 20, ErrorMessage = "It can be 0 to 20.")]
    public int MaxRetries { get; set; } = 8;
}
