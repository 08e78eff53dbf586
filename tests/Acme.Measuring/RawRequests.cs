using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Acme.Measuring;

/// <summary>A small request over connections that are kept, by a client that costs as little as it can: what is measured is the server.</summary>
internal sealed class RawRequests(Uri address, string path, string? token, string method = "GET")
{
    private readonly byte[] _request = Encoding.ASCII.GetBytes(
        $"{method} {path} HTTP/1.1\r\nHost: {address.Authority}\r\n{(token is null ? "" : $"X-Authorization: {token}\r\n")}\r\n");

    /// <summary>Sends the requests in turns from several connections, each waiting for its answer.</summary>
    /// <returns>How many were answered, and how long it took.</returns>
    /// <exception cref="InvalidDataException">An answer is not a 200.</exception>
    public static async Task<(long Count, TimeSpan Time)> RunAsync(RawRequests[] requests, int clients, TimeSpan length, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, requests[0].Port, cancellationToken);
            var buffer = new byte[16 * 1024];
            var count = 0L;
            for (; Stopwatch.GetElapsedTime(start) < length; count++) await requests[(client + count) % requests.Length].SendAsync(socket, buffer, cancellationToken);
            return count;
        }, cancellationToken)));
        return (counts.Sum(), Stopwatch.GetElapsedTime(start));
    }

    private int Port => address.Port;

    private async Task SendAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        await socket.SendAsync(_request, cancellationToken);
        for (var filled = 0; filled < buffer.Length;)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
            if (read == 0) break;
            filled += read;
            if (IsComplete(buffer.AsSpan(0, filled))) return;
        }
        throw new InvalidDataException($"{method} {path} got no small answer: {Encoding.ASCII.GetString(buffer, 0, 200)}");
    }

    private bool IsComplete(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        if (!answer.StartsWith("HTTP/1.1 200"u8)) throw new InvalidDataException($"{method} {path}: expected a 200, got {Encoding.ASCII.GetString(answer)}");
        if (method == "HEAD") return true;
        var head = answer[..(end + 2)];
        if (head.IndexOf("Transfer-Encoding: chunked"u8) >= 0) return answer.EndsWith("0\r\n\r\n"u8);
        var field = "Content-Length: "u8;
        var at = head.IndexOf(field);
        if (at < 0) throw new InvalidDataException($"{method} {path}: the answer does not say how long it is.");
        var value = head[(at + field.Length)..];
        var length = int.Parse(Encoding.ASCII.GetString(value[..value.IndexOf((byte)'\r')]), NumberStyles.None, CultureInfo.InvariantCulture);
        return answer.Length >= end + 4 + length;
    }
}
