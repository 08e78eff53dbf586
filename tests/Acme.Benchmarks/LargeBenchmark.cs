using System.IO.Hashing;
using Acme.Measuring.Content;
using Acme.Measuring.Servers;
using Acme.Measuring;

namespace Acme.Benchmarks;

/// <summary>Uploads and downloads a ZIP larger than any buffer, one of whose entries needs ZIP64, and watches the server's resident set.</summary>
internal static class LargeBenchmark
{
    private const double LimitMegabytes = 250;

    public static async Task RunAsync(Report report, Workspace workspace, CancellationToken cancellationToken)
    {
        var scale = report.Quick ? 20 : 1;
        var zip = new GeneratedZip(
            GeneratedFile.Text("README.md", "# A large model\n"),
            GeneratedFile.Text("config.json", "{}"),
            GeneratedFile.Weights("model-00001-of-00002.safetensors", 4_400_000_000 / scale, 1),
            GeneratedFile.Weights("model-00002-of-00002.safetensors", 600_000_000 / scale, 2));
        Report.Title($"large: a ZIP of {zip.Length / 1e9:0.00} GB up and down");
        var expected = await zip.HashAsync(cancellationToken);
        using var registry = await RegistryProcess.StartAsync(workspace["data"], cancellationToken);
        await registry.SignInAsync(cancellationToken);

        var path = "";
        await using var watch = new ResidentSetWatch(registry.Id);
        var up = await Distribution.TimeAsync(async () => path = await registry.UploadAsync(zip, "large", cancellationToken));
        var afterUp = watch.Sampled;
        (long Length, UInt128 Hash) down = default;
        var time = await Distribution.TimeAsync(async () => down = await DownloadAsync(registry.Client, path, cancellationToken));

        var peak = ResidentSet.Peak(registry.Id);
        Report.Table(["", "MB/s", "seconds", "sampled MB"],
        [
            ["upload", $"{zip.Length / 1e6 / up.TotalSeconds:0}", $"{up.TotalSeconds:0.0}", $"{afterUp:0}"],
            ["download", $"{zip.Length / 1e6 / time.TotalSeconds:0}", $"{time.TotalSeconds:0.0}", $"{watch.Sampled:0}"],
        ]);
        report.Bound($"what comes down is what went up: {down.Length:N0} of {zip.Length:N0} bytes", down == (zip.Length, expected));
        report.Bound($"resident set under {LimitMegabytes} MB: at most {peak:0} MB", peak < LimitMegabytes);
    }

    private static async Task<(long Length, UInt128 Hash)> DownloadAsync(HttpClient client, string path, CancellationToken cancellationToken)
    {
        await using var body = await client.GetStreamAsync(path, cancellationToken);
        var hash = new XxHash128();
        var buffer = new byte[1 << 20];
        long length = 0;
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.Append(buffer.AsSpan(0, read));
            length += read;
        }
        return (length, hash.GetCurrentHashAsUInt128());
    }
}
