using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Acme.Registry.Tests.Sources;

/// <summary>A web server on a free loopback port that answers with exactly the bytes it is told to, right or wrong.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<StubRequest, Stream, CancellationToken, Task> _respond;
    private readonly Task _accepting;

    public StubServer(Func<StubRequest, Stream, CancellationToken, Task> respond)
    {
        _respond = respond;
        _listener.Start();
        Authority = _listener.LocalEndpoint.ToString()!;
        _accepting = AcceptAsync();
    }

    public StubServer(Func<StubRequest, string> respond)
        : this((request, stream, stop) => stream.WriteAsync(Encoding.Latin1.GetBytes(respond(request)), stop).AsTask())
    {
    }

    public string Authority { get; }

    public ConcurrentQueue<StubRequest> Requests { get; } = [];

    public Uri Url(string path = "/model.zip") => new($"http://{Authority}{path}");

    public static byte[] Response(byte[] body, string status = "200 OK", string headers = "") =>
        [.. Encoding.Latin1.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{headers}\r\n"), .. body];

    public static string Head(string status, string headers = "") => $"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n{headers}\r\n";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true) serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        finally
        {
            // Clients hang up as they like.
            await Task.WhenAll(serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            using var reader = new StreamReader(stream, leaveOpen: true);
            var first = await reader.ReadLineAsync(_stop.Token);
            if (first is null) return;
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
            {
                var colon = line.IndexOf(':');
                headers[line[..colon]] = line[(colon + 1)..].Trim();
            }
            var request = new StubRequest(first.Split(' ')[1], headers);
            Requests.Enqueue(request);
            await _respond(request, stream, _stop.Token);
        }
    }
}

internal sealed record StubRequest(string Path, IReadOnlyDictionary<string, string> Headers)
{
    public string? Range => Headers.GetValueOrDefault("Range");
}
