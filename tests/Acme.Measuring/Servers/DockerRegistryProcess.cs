using System.ComponentModel;
using System.Net.Http.Headers;

namespace Acme.Measuring.Servers;

/// <summary>Debian's docker-registry (CNCF Distribution) on the file system, without sign-in.</summary>
internal sealed class DockerRegistryProcess : IDisposable
{
    private readonly ChildProcess _process;

    private DockerRegistryProcess(ChildProcess process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public int Id => _process.Id;

    /// <summary>Starts it on a free port and returns once it accepts connections.</summary>
    /// <param name="directory">Where it keeps its blobs; made where it is missing.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="InvalidOperationException">It is not installed or did not start.</exception>
    public static async Task<DockerRegistryProcess> StartAsync(string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var port = LoopbackPort.Free();
        var configuration = Path.Combine(directory, "config.yml");
        await File.WriteAllTextAsync(configuration, $$"""
            version: 0.1
            log: { level: error, accesslog: { disabled: true } }
            storage: { filesystem: { rootdirectory: '{{directory}}/blobs' } }
            http: { addr: '127.0.0.1:{{port}}' }
            """, cancellationToken);
        ChildProcess process;
        try
        {
            process = new("docker-registry", ["serve", configuration]);
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("docker-registry is not on the PATH. scripts/load-test.sh installs it (Debian: docker-registry).", e);
        }
        try
        {
            await process.UntilAsync(LoopbackPort.AcceptsAsync(port, cancellationToken), cancellationToken);
            return new(process, new($"http://127.0.0.1:{port}"));
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>Pushes a blob; the path under which it is pulled.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="sha256">Their digest, lower-case hexadecimal.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<string> PushAsync(Stream content, string sha256, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = Address };
        using var begun = await client.PostAsync("/v2/load-test/blobs/uploads/", null, cancellationToken);
        begun.EnsureSuccessStatusCode();
        var upload = new Uri(Address, begun.Headers.Location!);
        using var body = new StreamContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var pushed = await client.PutAsync($"{upload}&digest=sha256:{sha256}", body, cancellationToken);
        pushed.EnsureSuccessStatusCode();
        return $"/v2/load-test/blobs/sha256:{sha256}";
    }

    public void Dispose() => _process.Dispose();
}
