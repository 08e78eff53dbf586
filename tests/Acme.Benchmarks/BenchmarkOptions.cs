using System.Globalization;

namespace Acme.Benchmarks;

/// <summary>What the command line says besides the verb.</summary>
/// <param name="Quick">Small sizes.</param>
/// <param name="Size">Artifacts of <c>catalog</c> and <c>pages</c>; null for the usual number.</param>
/// <param name="Driver">Catalog of <c>catalog</c> and <c>metadata</c>: <c>sqlite</c> or <c>postgres</c>.</param>
/// <param name="Cards">Of a hundred artifacts of <c>catalog</c>, how many have a card: on hubs most have none.</param>
/// <param name="Keep">Where the filled catalog of <c>catalog</c> or <c>pages</c> stays, to be asked again: a directory for SQLite, a connection string of an own database for PostgreSQL; null for a temporary one.</param>
/// <param name="Blobs">Where <c>large</c> keeps blobs: <c>disk</c>, <c>s3</c> or <c>postgres</c>.</param>
/// <param name="Before">Another build's <c>Acme.Standalone.dll</c>, which <c>metadata</c> and <c>pages</c> measure beside this one; null for none.</param>
internal sealed record BenchmarkOptions(bool Quick, int? Size, string Driver, int Cards, string? Keep, string Blobs, string? Before)
{
    /// <summary>Reads what stands behind the verb; null when it makes no sense.</summary>
    public static BenchmarkOptions? Parse(IReadOnlyList<string> words)
    {
        var options = new BenchmarkOptions(false, null, CatalogDriver.Sqlite, 100, null, BlobDriver.Disk, null);
        for (var i = 0; i < words.Count; i++)
        {
            var value = i + 1 < words.Count ? words[i + 1] : "";
            switch (words[i])
            {
                case "--quick":
                    options = options with { Quick = true };
                    continue;
                case "--size" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1000 and <= 10_000_000:
                    options = options with { Size = size };
                    break;
                case "--driver" when value is CatalogDriver.Sqlite or CatalogDriver.Postgres:
                    options = options with { Driver = value };
                    break;
                case "--cards" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var cards) && cards is >= 1 and <= 100:
                    options = options with { Cards = cards };
                    break;
                case "--keep" when value.Length > 0:
                    options = options with { Keep = value };
                    break;
                case "--blobs" when value is BlobDriver.Disk or BlobDriver.S3 or BlobDriver.Postgres:
                    options = options with { Blobs = value };
                    break;
                case "--before" when value.Length > 0:
                    options = options with { Before = Path.GetFullPath(value) };
                    break;
                default:
                    return null;
            }
            i++;
        }
        return options;
    }
}
