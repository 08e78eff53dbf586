using System.IO.Compression;
using System.Text;
using Acme.Measuring;
using Acme.Measuring.Content;
using Acme.Measuring.Servers;

namespace Acme.Benchmarks;

/// <summary>What the size of the catalog does to taking models in: the same uploads, rated and published before they are answered, into two registries in turns.</summary>
internal static class CatalogIngest
{
    private const int Rounds = 7;
    private const int UploadsPerRound = 64;
    private const int ClientsAtOnce = 8;
    private const double LeastRatio = 0.8;

    /// <summary>Compares the rates of two registries, each a data directory and settings, and holds the second to the first's.</summary>
    public static async Task CompareAsync(
        Report report, int smallSize, (string Directory, string[] Settings) small, (string Directory, string[] Settings) large, int firstNumber, CancellationToken cancellationToken)
    {
        using var few = await RegistryProcess.StartAsync(small.Directory, cancellationToken, small.Settings);
        using var many = await RegistryProcess.StartAsync(large.Directory, cancellationToken, large.Settings);
        await few.SignInAsync(cancellationToken);
        await many.SignInAsync(cancellationToken);
        var (ratios, rates) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var zips = Enumerable.Range(firstNumber + (round * UploadsPerRound), UploadsPerRound).Select(ZipOf).ToList();
            var intoFew = await UploadAsync(few, zips, cancellationToken);
            var intoMany = await UploadAsync(many, zips, cancellationToken);
            // The first round compiles the code that it runs.
            if (round == 0) continue;
            ratios.Add(intoFew / intoMany);
            rates.Add(UploadsPerRound / intoMany.TotalSeconds);
        }
        var median = ratios.Order().ElementAt(Rounds / 2);
        Report.Line($"uploads by {ClientsAtOnce} clients: {rates.Order().ElementAt(Rounds / 2):0} a second");
        report.Bound(
            $"models are taken in at no less than {LeastRatio} of the rate at {smallSize:N0}: {median:0.00} ({ratios.Min():0.00} to {ratios.Max():0.00})", median >= LeastRatio);
        Report.Line("");
    }

    private static Task<TimeSpan> UploadAsync(RegistryProcess registry, List<(string Name, byte[] Zip)> zips, CancellationToken cancellationToken) =>
        Distribution.TimeAsync(() => Parallel.ForEachAsync(
            zips, new ParallelOptions { MaxDegreeOfParallelism = ClientsAtOnce, CancellationToken = cancellationToken },
            async (zip, ct) => await registry.UploadAsync(new ByteArrayContent(zip.Zip), zip.Name, ct)));

    /// <summary>A small model with a card of its own.</summary>
    private static (string Name, byte[] Zip) ZipOf(int number)
    {
        var weights = new byte[64 * 1024];
        new Random(number).NextBytes(weights);
        using var content = new MemoryStream();
        using (var zip = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add("README.md", Encoding.UTF8.GetBytes(GeneratedArtifacts.Card(number)));
            Add("config.json", "{}"u8);
            Add("weights.bin", weights);

            void Add(string path, ReadOnlySpan<byte> bytes)
            {
                using var entry = zip.CreateEntry(path, CompressionLevel.NoCompression).Open();
                entry.Write(bytes);
            }
        }
        return (GeneratedArtifacts.Name(number), content.ToArray());
    }
}
