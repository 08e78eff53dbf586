using Acme.Measuring.Content;
using Acme.Measuring.Servers;
using Acme.Measuring;

namespace Acme.Benchmarks;

/// <summary>Many downloads of one bundle at once, in turns from the registry and from nginx serving the same bytes from the same disk.</summary>
internal static class DownloadsBenchmark
{
    private const double LeastRatio = 0.85;
    private const int Clients = 100;
    private const long BundleBytes = 25_000_000;

    public static async Task RunAsync(Report report, Workspace workspace, CancellationToken cancellationToken)
    {
        Report.Title($"downloads: {Clients} at once of a bundle of {BundleBytes / 1e6:0} MB, beside nginx");
        using var registry = await RegistryProcess.StartAsync(workspace["data"], cancellationToken);
        await registry.SignInAsync(cancellationToken);
        var zip = new GeneratedZip(
            GeneratedFile.Text("README.md", "# Weights to download\n"),
            GeneratedFile.Text("config.json", "{}"),
            GeneratedFile.Weights("model.safetensors", BundleBytes, 1));
        var path = await registry.UploadAsync(zip, "downloads", cancellationToken);

        var served = workspace["served"];
        Directory.CreateDirectory(served);
        await using (var file = File.Create(Path.Combine(served, "bundle.zip")))
        await using (var bundle = await registry.Client.GetStreamAsync(path, cancellationToken))
            await bundle.CopyToAsync(file, cancellationToken);
        using var nginx = await NginxProcess.StartAsync(served, cancellationToken);

        var ours = new RawDownload(registry.Client.BaseAddress!, path, registry.Token);
        var theirs = new RawDownload(nginx.Address, "/bundle.zip", null);
        // Warms both up: hot code compiled anew, file in the page cache.
        for (var i = 0; i < 4; i++)
        {
            await MeasureAsync(ours, registry.Id, zip.Length, cancellationToken);
            await MeasureAsync(theirs, nginx.Id, zip.Length, cancellationToken);
        }

        var rows = new List<string[]>();
        var ratios = new List<double>();
        for (var round = 1; round <= (report.Quick ? 3 : 11); round++)
        {
            var (rate, processor) = await MeasureAsync(ours, registry.Id, zip.Length, cancellationToken);
            var (nginxRate, nginxProcessor) = await MeasureAsync(theirs, nginx.Id, zip.Length, cancellationToken);
            ratios.Add(rate / nginxRate);
            rows.Add([$"round {round}", $"{rate:0}", $"{nginxRate:0}", $"{ratios[^1]:0.00}", $"{processor:0.00}", $"{nginxProcessor:0.00}"]);
        }
        Report.Table(["", "registry MB/s", "nginx MB/s", "ratio", "registry CPU s/GB", "nginx CPU s/GB"], rows);
        Report.Line($"resident set of the registry: {ResidentSet.Current(registry.Id):0} MB, at most {ResidentSet.Peak(registry.Id):0} MB");
        var median = ratios.Order().ElementAt(ratios.Count / 2);
        report.Bound($"at least {LeastRatio} of nginx: median {median:0.00}, from {ratios.Min():0.00} to {ratios.Max():0.00}", median >= LeastRatio);
    }

    /// <summary>Megabytes (10^6 bytes) per second of all clients together, and seconds of processor time that the server took per gigabyte.</summary>
    private static async Task<(double Rate, double Processor)> MeasureAsync(RawDownload download, int server, long length, CancellationToken cancellationToken)
    {
        var before = ProcessorTime.Of(server);
        var time = await Distribution.TimeAsync(() => Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => download.RunAsync(length, cancellationToken))));
        var bytes = (double)Clients * length;
        return (bytes / 1e6 / time.TotalSeconds, (ProcessorTime.Of(server) - before).TotalSeconds / (bytes / 1e9));
    }
}
