using System.Net;
using System.Net.Sockets;

namespace Acme.Registry.Sources.Http;

/// <summary>
/// HTTP that cannot be led into the registry's own network. The check is made where the socket connects, on the address that is then
/// connected to, so that neither a redirect nor a name whose address changes between check and use gets around it.
/// </summary>
public static class GuardedHttp
{
    /// <summary>Redirects followed in one request; only to http and https, and not from https to http.</summary>
    public const int MaxRedirects = 5;

    /// <summary>How long looking up a host and connecting to it may take.</summary>
    public static TimeSpan ConnectTimeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A handler without proxy and cookies that connects to public addresses only. A refused connection surfaces as an
    /// <see cref="HttpRequestException"/> with a <see cref="BlockedAddressException"/> inside.
    /// </summary>
    /// <param name="trustedHosts"><c>host:port</c> as they stand in URLs (letter case ignored, the port always given) that may have any address.</param>
    public static SocketsHttpHandler CreateHandler(IEnumerable<string> trustedHosts)
    {
        var trusted = trustedHosts.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new()
        {
            AllowAutoRedirect = true,
            MaxAutomaticRedirections = MaxRedirects,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, trusted, cancellationToken),
        };
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, HashSet<string> trusted, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(endPoint.Host, cancellationToken);
        var host = endPoint.Host.Contains(':') ? $"[{endPoint.Host.Trim('[', ']')}]" : endPoint.Host;
        if (!trusted.Contains($"{host}:{endPoint.Port}"))
        {
            addresses = Array.FindAll(addresses, PublicAddress.IsPublic);
            if (addresses.Length == 0) throw new BlockedAddressException(host, endPoint.Port);
        }

        SocketException? failure = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, endPoint.Port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                failure = e;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }
}
