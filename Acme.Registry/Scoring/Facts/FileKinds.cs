using Acme.Registry.Scoring.Weights;

namespace Acme.Registry.Scoring.Facts;

/// <summary>Tells by a file's name what it is for.</summary>
public static class FileKinds
{
    private static readonly HashSet<string> Code = new(StringComparer.OrdinalIgnoreCase)
        { ".py", ".ipynb", ".cs", ".js", ".ts", ".go", ".rs", ".java", ".kt", ".c", ".h", ".cc", ".cpp", ".hpp", ".cu", ".r", ".jl", ".rb", ".swift", ".scala", ".sh" };

    private static readonly HashSet<string> Data = new(StringComparer.OrdinalIgnoreCase)
        { ".csv", ".tsv", ".parquet", ".arrow", ".jsonl", ".ndjson", ".tfrecord", ".wav", ".flac", ".mp3", ".jpg", ".jpeg", ".png", ".feather" };

    private static readonly HashSet<string> Text = new(StringComparer.OrdinalIgnoreCase) { ".md", ".txt", ".rst", ".html", ".pdf" };

    /// <summary><c>weights</c>, <c>code</c>, <c>data</c>, <c>text</c> or <c>other</c>.</summary>
    public static string Of(string path)
    {
        var extension = Path.GetExtension(path);
        return WeightFormats.Of(path) is not null ? "weights"
            : Code.Contains(extension) ? "code"
            : Data.Contains(extension) ? "data"
            : Text.Contains(extension) ? "text"
            : "other";
    }
}
