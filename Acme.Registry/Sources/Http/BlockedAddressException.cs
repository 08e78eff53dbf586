namespace Acme.Registry.Sources.Http;

/// <summary>A URL, or a redirect from it, leads to a host that has no public address and is not trusted by configuration.</summary>
/// <remarks>The address itself is not told: whoever posts a URL shall not learn what names mean inside the network.</remarks>
public sealed class BlockedAddressException(string host, int port) : SourceException(
    $"The URL leads to {host}:{port}, which is not on the public Internet. "
    + $"If it should be allowed, have '{host}:{port}' added to Sources:Http:TrustedHosts.");
