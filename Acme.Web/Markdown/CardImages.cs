namespace Acme.Web.Markdown;

/// <summary>Which files of an artifact a card may show as pictures.</summary>
internal static class CardImages
{
    /// <summary>The media type of a picture with this name; null where it is none that is shown.</summary>
    public static string? TypeOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        ".avif" => "image/avif",
        ".svg" => "image/svg+xml",
        _ => null,
    };
}
