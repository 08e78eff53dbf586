using System.IO.Hashing;
using System.Net;
using Acme.Measuring.Content;
using Acme.Measuring.Servers;
using Acme.Measuring;

namespace Acme.Benchmarks;

/// <summary>Uploads and downloads a ZIP larger than any buffer, one of whose entries needs ZIP64, and watches the server's resident set.</summary>
internal static class LargeBenchmark
{
    private static readonly TimeSpan AssemblyLimit = TimeSpan.FromMinutes(15);

    public static async Task RunAsync(Report report, BenchmarkOptions options, Workspace workspace, CancellationToken cancellationToken)
    {
        var scale = report.Quick ? 20 : 1;
        var zip = new GeneratedZip(
            GeneratedFile.Text("README.md", "# A large model\n"),
            GeneratedFile.Text("config.json", "{}"),
            GeneratedFile.Weights("model-00001-of-00002.safetensors", 4_400_000_000 / scale, 1),
            GeneratedFile.Weights("model-00002-of-00002.safetensors", 600_000_000 / scale, 2));
        Report.Title($"large: a ZIP of {zip.Length / 1e9:0.00} GB up and down, blobs on {options.Blobs}");
        var expected = (zip.Length, await zip.HashAsync(cancellationToken));
        await using var driver = await BlobDriver.StartAsync(options.Blobs);

        var path = "";
        List<Phase> phases = [];
        await UseAsync(isDirect: false, async registry =>
        {
            phases.Add(await Phase.RunAsync("upload", registry, async () =>
            {
                path = await registry.UploadAsync(zip, "large", cancellationToken);
                return expected;
            }));
            phases.Add(await Phase.RunAsync("download", registry, () => DownloadAsync(registry.Client, path, cancellationToken)));
        });
        if (driver.HasDirectDownloads)
        {
            await UseAsync(isDirect: true, async registry =>
            {
                Uri? direct = null;
                phases.Add(await Phase.RunAsync("until it is redirected", registry, async () =>
                {
                    direct = await RedirectAsync(registry, path, cancellationToken);
                    return expected;
                }));
                using var client = new HttpClient();
                phases.Add(await Phase.RunAsync("download by redirect", registry, () => DownloadAsync(client, direct!.AbsoluteUri, cancellationToken)));
            });
        }

        Report.Table(["", "MB/s", "seconds", "peak MB"],
            [.. phases.Select(p => new[] { p.Name, $"{zip.Length / 1e6 / p.Time.TotalSeconds:0}", $"{p.Time.TotalSeconds:0.0}", $"{p.Peak:0}" })]);
        report.Bound($"what comes down is what went up: {zip.Length:N0} bytes", phases.All(p => p.Content == expected));
        var peak = phases.Max(p => p.Peak);
        report.Bound($"resident set under {driver.LimitMegabytes} MB: at most {peak:0} MB", peak < driver.LimitMegabytes);

        async Task UseAsync(bool isDirect, Func<RegistryProcess, Task> use)
        {
            using var registry = await RegistryProcess.StartAsync(workspace["data"], cancellationToken, [.. driver.Settings, "--Downloads:Redirect", isDirect ? "true" : "false"], driver.Environment);
            await registry.SignInAsync(cancellationToken);
            await use(registry);
        }
    }

    /// <summary>Asks until the bundle is assembled in the store; until then the registry would send it itself.</summary>
    private static async Task<Uri> RedirectAsync(RegistryProcess registry, string path, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = registry.Client.BaseAddress, Timeout = AssemblyLimit };
        client.DefaultRequestHeaders.Add("X-Authorization", registry.Token);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AssemblyLimit);
        while (true)
        {
            using var answer = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (answer.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.TemporaryRedirect) return answer.Headers.Location!;
            answer.EnsureSuccessStatusCode();
            await Task.Delay(1000, limit.Token);
        }
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

    /// <summary>One thing that was done with the bundle, what came of it, and the most that the server's process had resident until then.</summary>
    private sealed record Phase(string Name, TimeSpan Time, (long Length, UInt128 Hash) Content, double Peak)
    {
        public static async Task<Phase> RunAsync(string name, RegistryProcess registry, Func<Task<(long Length, UInt128 Hash)>> work)
        {
            (long Length, UInt128 Hash) content = default;
            var time = await Distribution.TimeAsync(async () => content = await work());
            return new(name, time, content, ResidentSet.Peak(registry.Id));
        }
    }
}
