using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Acme.Measuring;

/// <summary>
/// A client that costs as little as it can: one GET on a new connection, the body read into a buffer that all share, and thrown away.
/// </summary>
internal sealed class RawDownload(Uri address, string path, string? token)
{
    private const int HeadLimit = 16 * 1024;

    // Many connections write to it at the same time; nobody reads it.
    private static readonly byte[] Discarded = new byte[256 * 1024];

    private readonly byte[] _request = Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nHost: {address.Authority}\r\n{(token is null ? "" : $"X-Authorization: {token}\r\n")}\r\n");

    /// <summary>Downloads once.</summary>
    /// <exception cref="InvalidDataException">The answer is not a 200 of this length.</exception>
    public async Task RunAsync(long length, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, cancellationToken);
        await socket.SendAsync(_request, cancellationToken);

        var left = length - await ReadHeadAsync(socket, length, cancellationToken);
        while (left > 0)
        {
            var read = await socket.ReceiveAsync(Discarded.AsMemory(0, (int)Math.Min(Discarded.Length, left)), cancellationToken);
            if (read == 0) throw new InvalidDataException($"The answer ended {left:N0} bytes too early.");
            left -= read;
        }
    }

    /// <summary>Reads the head of the answer; returns how many bytes of the body came with it.</summary>
    private static async Task<int> ReadHeadAsync(Socket socket, long length, CancellationToken cancellationToken)
    {
        var head = new byte[HeadLimit];
        for (var filled = 0; filled < head.Length;)
        {
            var read = await socket.ReceiveAsync(head.AsMemory(filled), cancellationToken);
            if (read == 0) break;
            filled += read;
            var end = head.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            if (end < 0) continue;
            var text = Encoding.ASCII.GetString(head, 0, end + 2);
            if (!text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) || !text.Contains($"Content-Length: {length}\r\n", StringComparison.OrdinalIgnoreCase))
                throw new InvalidDataException($"Expected a 200 of {length:N0} bytes, got:{Environment.NewLine}{text}");
            return filled - end - 4;
        }
        throw new InvalidDataException("The answer has no complete head.");
    }
}
