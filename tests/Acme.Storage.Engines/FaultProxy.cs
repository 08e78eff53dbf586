using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Acme.Storage.Engines;

/// <summary>What befalls one request on its way to an engine.</summary>
public enum Fault
{
    /// <summary>It passes.</summary>
    None,

    /// <summary>It passes, late.</summary>
    Delay,

    /// <summary>503 without having reached the engine.</summary>
    Unavailable,

    /// <summary>The engine's own way to say "not so fast", without having reached it.</summary>
    Throttled,

    /// <summary>The connection ends before the request reaches the engine.</summary>
    CutBefore,

    /// <summary>The engine does as it is told, but the connection ends before the answer is through.</summary>
    CutAfter,
}

/// <summary>
/// Stands between a driver and its engine, counts the requests, and has each meet the fate that a function chooses for it. Speaks as much
/// HTTP/1.1 as the AWS SDK does: bodies have a length or are chunked.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _engine;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private long _requests;

    /// <summary>Begins to listen in front of an engine.</summary>
    public FaultProxy(Uri engine)
    {
        _engine = engine;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>How many requests have come.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Chooses what befalls the next request, by its first line; nothing befalls any at first.</summary>
    public Func<string, Fault> Choose { get; set; } = _ => Fault.None;

    /// <summary>Holds up each request until it is through; holds up none at first.</summary>
    public Func<Task> HoldAsync { get; set; } = () => Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        // Heads and bodies go out one by one: Nagle's algorithm would have each body wait for the other side's delayed acknowledgement.
        using var engine = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        try
        {
            var fromClient = new HttpReader(client.GetStream());
            HttpReader? fromEngine = null;
            while (await fromClient.ReadHeadAsync(_stop.Token) is { } head)
            {
                Interlocked.Increment(ref _requests);
                await HoldAsync();
                var fault = Choose(head[..head.IndexOf('\r')]);
                if (fault == Fault.CutBefore) return;
                if (fault == Fault.Delay) await Task.Delay(300, _stop.Token);
                if (fault is Fault.Unavailable or Fault.Throttled)
                {
                    await fromClient.CopyBodyAsync(head, Stream.Null, _stop.Token);
                    await client.GetStream().WriteAsync(Refusal(fault, head), _stop.Token);
                    continue;
                }

                if (fromEngine is null)
                {
                    await engine.ConnectAsync(_engine.Host, _engine.Port, _stop.Token);
                    fromEngine = new HttpReader(engine.GetStream());
                }
                // An answer before the body has come (such as "100 Continue") would be one too many: the engine is not asked for it.
                if (HeaderOf(head, "Expect") is not null)
                    await client.GetStream().WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stop.Token);
                await engine.GetStream().WriteAsync(Encoding.Latin1.GetBytes(Without(head, "Expect")), _stop.Token);
                await fromClient.CopyBodyAsync(head, engine.GetStream(), _stop.Token);

                if (await fromEngine.ReadHeadAsync(_stop.Token) is not { } answer) return;
                if (fault == Fault.CutAfter)
                {
                    // Half of the head has gone out by then, as when a machine dies.
                    await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(answer[..(answer.Length / 2)]), _stop.Token);
                    return;
                }
                await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(answer), _stop.Token);
                var hasBody = !head.StartsWith("HEAD ", StringComparison.Ordinal) && !answer.StartsWith("HTTP/1.1 204", StringComparison.Ordinal) && !answer.StartsWith("HTTP/1.1 304", StringComparison.Ordinal);
                if (hasBody) await fromEngine.CopyBodyAsync(answer, client.GetStream(), _stop.Token);
                if (string.Equals(HeaderOf(answer, "Connection"), "close", StringComparison.OrdinalIgnoreCase)) return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two has gone: so does the other's connection.
        }
    }

    private static byte[] Refusal(Fault fault, string head)
    {
        var isDynamoDb = HeaderOf(head, "X-Amz-Target") is not null;
        var (status, type, body) = (fault, isDynamoDb) switch
        {
            (Fault.Throttled, true) => ("400 Bad Request", "application/x-amz-json-1.0",
                """{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"Slow down."}"""),
            (Fault.Throttled, false) => ("503 Slow Down", "application/xml", "<Error><Code>SlowDown</Code><Message>Slow down.</Message></Error>"),
            _ => ("503 Service Unavailable", "text/plain", "Not now."),
        };
        if (head.StartsWith("HEAD ", StringComparison.Ordinal)) body = "";
        return Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    private static string? HeaderOf(string head, string name) =>
        head.Split("\r\n").Skip(1).FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    private static string Without(string head, string name) =>
        string.Join("\r\n", head.Split("\r\n").Where((line, i) => i == 0 || !line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)));

    /// <summary>Reads messages off one side of a connection.</summary>
    private sealed class HttpReader(NetworkStream stream)
    {
        private readonly byte[] _buffer = new byte[64 * 1024];
        private int _start, _end;

        /// <summary>First line and headers, with the empty line behind them; nothing when the other side has ended.</summary>
        public async Task<string?> ReadHeadAsync(CancellationToken cancellationToken)
        {
            var head = new StringBuilder();
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                if (await ReadLineAsync(cancellationToken) is not { } line) return null;
                head.Append(line);
            }
            return head.ToString();
        }

        public async Task CopyBodyAsync(string head, Stream to, CancellationToken cancellationToken)
        {
            if (string.Equals(HeaderOf(head, "Transfer-Encoding"), "chunked", StringComparison.OrdinalIgnoreCase))
            {
                while (true)
                {
                    var size = await ReadLineAsync(cancellationToken) ?? throw new EndOfStreamException();
                    await to.WriteAsync(Encoding.Latin1.GetBytes(size), cancellationToken);
                    var length = Convert.ToInt64(size.Split(';', '\r')[0], 16);
                    await CopyAsync(length + 2, to, cancellationToken);
                    if (length == 0) return;
                }
            }
            await CopyAsync(long.Parse(HeaderOf(head, "Content-Length") ?? "0"), to, cancellationToken);
        }

        private async Task CopyAsync(long length, Stream to, CancellationToken cancellationToken)
        {
            while (length > 0)
            {
                if (_start == _end && !await FillAsync(cancellationToken)) throw new EndOfStreamException();
                var count = (int)Math.Min(length, _end - _start);
                await to.WriteAsync(_buffer.AsMemory(_start, count), cancellationToken);
                _start += count;
                length -= count;
            }
        }

        private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
        {
            var line = new StringBuilder();
            while (line.Length == 0 || line[^1] != '\n')
            {
                if (_start == _end && !await FillAsync(cancellationToken)) return null;
                line.Append((char)_buffer[_start++]);
            }
            return line.ToString();
        }

        private async Task<bool> FillAsync(CancellationToken cancellationToken)
        {
            _start = 0;
            _end = await stream.ReadAsync(_buffer, cancellationToken);
            return _end > 0;
        }
    }
}
