using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Caching.Memory;

namespace Acme.Registry.Sources.Http;

/// <summary>
/// Reads from one upstream. Small answers go through a cache: who asks for the same at the same time shares one request, and who asks
/// again within <see cref="Kept"/> gets the same answer. Keep one for the life of the process.
/// </summary>
public sealed class UpstreamClient : IDisposable
{
    /// <summary>Largest JSON answer, in bytes.</summary>
    public const int MaxJson = 32 << 20;

    /// <summary>Largest text, in bytes.</summary>
    public const int MaxText = 4 << 20;

    /// <summary>How long an answer is good.</summary>
    public static TimeSpan Kept { get; } = TimeSpan.FromMinutes(2);

    /// <summary>How long it is taken for true that something is not given: not found, or, as Hugging Face says it to strangers, not allowed.</summary>
    public static TimeSpan AbsenceKept { get; } = TimeSpan.FromSeconds(10);

    private const long CacheBytes = 64 << 20;

    // Counted beside the body, so that the bound on bytes is one on the number of entries too.
    private const int EntryBytes = 2048;

    private readonly UpstreamRequests _requests;
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = CacheBytes });
    private readonly ConcurrentDictionary<string, Lazy<Task<UpstreamAnswer>>> _underWay = new(StringComparer.Ordinal);

    /// <summary>Opens no connection yet.</summary>
    public UpstreamClient(Upstream upstream)
    {
        Upstream = upstream;
        _requests = new(upstream);
    }

    /// <summary>Whom it asks.</summary>
    public Upstream Upstream { get; }

    /// <summary>Asks for something small.</summary>
    /// <param name="url">Below the endpoint; see <see cref="Upstream.At"/>.</param>
    /// <param name="maxBytes">Largest body taken; a larger one is a failure of the upstream.</param>
    /// <param name="cancellationToken">Ends the waiting; the request goes on for others who wait for it.</param>
    /// <exception cref="SourceException">The upstream is out of reach or out of quota, or answers something that it should not.</exception>
    public async Task<UpstreamAnswer> GetAsync(Uri url, int maxBytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var key = url.AbsoluteUri;
        if (_cache.TryGetValue(key, out UpstreamAnswer? known)) return known!;
        var request = _underWay.GetOrAdd(key, _ => new(() => Task.Run(() => ReadAsync(url, key, maxBytes), CancellationToken.None)));
        return await request.Value.WaitAsync(cancellationToken);
    }

    /// <summary>Opens content of any size; it is read as it comes. A connection that breaks is taken up where it broke.</summary>
    /// <param name="url">Below the endpoint.</param>
    /// <param name="size">Its bytes, where they are known: more or fewer are an error of the source. Null for what the answer announces.</param>
    /// <param name="digest">Its SHA-256, where it is known: other content is an error of the source, told at its end.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <returns>A stream whose reading throws <see cref="SourceException"/> where the source fails.</returns>
    /// <exception cref="UpstreamRefusedException">The upstream does not give it.</exception>
    /// <exception cref="SourceException">The upstream is out of reach or out of quota.</exception>
    public async Task<Stream> OpenAsync(Uri url, long? size, Artifacts.Sha256Digest? digest, CancellationToken cancellationToken) =>
        await UpstreamStream.OpenAsync(_requests, url, size, digest, cancellationToken);

    /// <summary>How many bytes a thing has: as its answer announces, else by reading it.</summary>
    /// <exception cref="SourceException">The upstream does not give it, or is out of reach.</exception>
    public async Task<long> LengthAsync(Uri url, CancellationToken cancellationToken)
    {
        using var response = await _requests.OpenAsync(url, 0, cancellationToken);
        if (response.Content.Headers.ContentLength is { } announced) return announced;
        await using var content = await OpenAsync(url, null, null, cancellationToken);
        var buffer = new byte[64 << 10];
        long length = 0;
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;) length += read;
        return length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _requests.Dispose();
        _cache.Dispose();
    }

    private async Task<UpstreamAnswer> ReadAsync(Uri url, string key, int maxBytes)
    {
        try
        {
            // Another's request may have ended between the look into the cache and this one.
            if (_cache.TryGetValue(key, out UpstreamAnswer? known)) return known!;
            var answer = await _requests.ReadAsync(url, maxBytes);
            var kept = answer.IsOk ? Kept : answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? AbsenceKept : TimeSpan.Zero;
            if (kept > TimeSpan.Zero) _cache.Set(key, answer, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = kept, Size = answer.Body.Length + EntryBytes });
            return answer;
        }
        finally
        {
            _underWay.TryRemove(key, out _);
        }
    }
}

/// <summary>The upstream knows the request and does not give what it asks for.</summary>
/// <param name="upstream">Its name.</param>
/// <param name="url">What was asked for.</param>
/// <param name="status">Its answer, 4xx.</param>
/// <param name="errorCode">As in <see cref="UpstreamAnswer.ErrorCode"/>.</param>
public sealed class UpstreamRefusedException(string upstream, Uri url, HttpStatusCode status, string? errorCode)
    : SourceException($"{upstream} answers {(int)status}{(errorCode is null ? "" : $" ({errorCode})")} to {url.AbsolutePath}. Check the URL and the access token.")
{
    /// <summary>Its answer, 4xx.</summary>
    public HttpStatusCode Status { get; } = status;
}
