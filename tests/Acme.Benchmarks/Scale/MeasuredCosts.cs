using System.Text.Json;
using Acme.Measuring;
using Acme.Measuring.Content;
using Acme.Measuring.Servers;

namespace Acme.Benchmarks.Scale;

/// <summary>What one request costs, measured on this machine in this run.</summary>
/// <param name="MetadataSeconds">Processor time of an authenticated metadata read.</param>
/// <param name="DownloadSeconds">Processor time of a download up to its head, which is all of it where the content comes from S3.</param>
/// <param name="SearchSeconds">Processor time of a search by name.</param>
/// <param name="ArtifactBytes">Mean size of an artifact as JSON, uncompressed: the drivers keep it smaller.</param>
internal sealed record MeasuredCosts(double MetadataSeconds, double DownloadSeconds, double SearchSeconds, double ArtifactBytes)
{
    private const int Clients = 16;
    private const int WarmUpRounds = 3;

    public static async Task<MeasuredCosts> TakeAsync(Workspace workspace, bool quick, CancellationToken cancellationToken)
    {
        using var registry = await RegistryProcess.StartAsync(workspace["scale"], cancellationToken);
        await registry.SignInAsync(cancellationToken);
        var path = "";
        for (var i = 0; i < 20; i++)
        {
            path = await registry.UploadAsync(
                new GeneratedZip(GeneratedFile.Text("README.md", GeneratedArtifacts.Card(i)), GeneratedFile.Text("config.json", "{}"), GeneratedFile.Weights("model.safetensors", 1000, i)), $"scale-{i}", cancellationToken);
        }
        var length = TimeSpan.FromSeconds(quick ? 1 : 4);
        var bytes = Enumerable.Range(0, 1000).Average(i => JsonSerializer.SerializeToUtf8Bytes(GeneratedArtifacts.Artifact(i)).Length);
        return new(
            await SecondsAsync("GET", path.Replace("/download", "", StringComparison.Ordinal)),
            await SecondsAsync("HEAD", path),
            await SecondsAsync("GET", "/artifact/byName/scale-19"),
            bytes);

        async Task<double> SecondsAsync(string method, string of)
        {
            RawRequests[] requests = [new(registry.Client.BaseAddress!, of, registry.Token, method)];
            // So long that the runtime has compiled anew what is hot.
            for (var i = 0; i < WarmUpRounds; i++) await RawRequests.RunAsync(requests, Clients, length, cancellationToken);
            var before = ProcessorTime.Of(registry.Id);
            var (count, _) = await RawRequests.RunAsync(requests, Clients, length, cancellationToken);
            return (ProcessorTime.Of(registry.Id) - before).TotalSeconds / count;
        }
    }
}
