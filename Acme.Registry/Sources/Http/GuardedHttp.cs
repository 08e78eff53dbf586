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
    /// A handler without proxy and cookies that connects to public addresses only. A host that must not or cannot be connected to surfaces
    /// as an <see cref="HttpRequestException"/> with a <see cref="SourceException"/> inside, <see cref="BlockedAddressException"/> for the
    /// former; it names the host, which after a redirect is another than the caller asked for.
    /// </summary>
    /// <param name="trustedHosts">
    /// <c>host:port</c> as they stand in URLs (letter case ignored, the port always given) that may have any address.
    /// </param>
    /// <param name="lookUp">The addresses of a name; the system's resolver unless given.</param>
    /// <param name="byAnyName">
    /// Whether the trusted servers may be called by other names too, as hosts do that redirect to their files: what leads to the same address
    /// and port leads nowhere new. Not for URLs that users give.
    /// </param>
    public static SocketsHttpHandler CreateHandler(
        IEnumerable<string> trustedHosts, Func<string, CancellationToken, Task<IPAddress[]>>? lookUp = null, bool byAnyName = false)
    {
        lookUp ??= Dns.GetHostAddressesAsync;
        var trusted = trustedHosts.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new()
        {
            AllowAutoRedirect = true,
            MaxAutomaticRedirections = MaxRedirects,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context, trusted, lookUp, byAnyName, cancellationToken),
        };
    }

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context, HashSet<string> trusted, Func<string, CancellationToken, Task<IPAddress[]>> lookUp, bool byAnyName, CancellationToken cancellationToken)
    {
        // The handler would follow a redirect to any scheme, and speak HTTP there.
        var scheme = context.InitialRequestMessage.RequestUri?.Scheme;
        if (scheme != Uri.UriSchemeHttp && scheme != Uri.UriSchemeHttps)
        {
            throw new SourceException($"The URL redirects to a '{scheme}' address; only http and https are followed. Give the final URL.");
        }

        var (name, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var host = name.Contains(':') ? $"[{name.Trim('[', ']')}]" : name;
        try
        {
            // The resolver refuses to "look up" 0.0.0.0 and ::, which are loopback to a socket.
            var addresses = IPAddress.TryParse(name, out var literal) ? [literal] : await lookUp(name, cancellationToken);
            if (!trusted.Contains($"{host}:{port}"))
            {
                var isInside = byAnyName && !Array.TrueForAll(addresses, PublicAddress.IsPublic);
                var known = isInside ? await TrustedAddressesAsync(trusted, port, lookUp, cancellationToken) : [];
                addresses = Array.FindAll(addresses, a => PublicAddress.IsPublic(a) || known.Contains(a));
            }
            if (addresses.Length == 0) throw new BlockedAddressException(host, port);
            return await ConnectAsync(addresses, port, cancellationToken);
        }
        catch (SocketException e) when (Reason(e, host, port) is { } reason)
        {
            throw new SourceException(reason, e);
        }
    }

    /// <summary>Where the trusted servers of a port are.</summary>
    private static async Task<HashSet<IPAddress>> TrustedAddressesAsync(
        HashSet<string> trusted, int port, Func<string, CancellationToken, Task<IPAddress[]>> lookUp, CancellationToken cancellationToken)
    {
        var addresses = new HashSet<IPAddress>();
        foreach (var authority in trusted.Where(t => t.EndsWith($":{port}", StringComparison.Ordinal)))
        {
            var name = authority[..authority.LastIndexOf(':')].Trim('[', ']');
            try
            {
                addresses.UnionWith(IPAddress.TryParse(name, out var literal) ? [literal] : await lookUp(name, cancellationToken));
            }
            catch (SocketException)
            {
                // A mirror whose name is not known at the moment vouches for no address.
            }
        }
        return addresses;
    }

    /// <summary>Connects to the first address that answers.</summary>
    private static async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception e)
            {
                socket.Dispose();
                if (e is not SocketException || i == addresses.Length - 1) throw;
            }
        }
    }

    private static string? Reason(SocketException error, string host, int port) => error.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery =>
            $"There is no host {host}. Check the URL.",
        SocketError.ConnectionRefused => $"{host} refuses connections at port {port}. Check the URL.",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable =>
            $"{host} cannot be reached from here. Check the URL, or upload the file.",
        _ => null,
    };
}
