using System.Diagnostics;
using System.Net;

namespace Acme.Registry.Sources.Http;

/// <summary>
/// Requests to one upstream: so many at once, again after a failure that may pass (with growing pauses and jitter, or after the time that
/// the upstream asks for), and along redirects without its credentials.
/// </summary>
internal sealed class UpstreamRequests : IDisposable
{
    /// <summary>Requests that are answered at once, at most; further ones wait.</summary>
    public const int AtOnce = 32;

    /// <summary>Longest wait that an upstream may ask for; where it asks for more, the request fails and says so.</summary>
    public static TimeSpan LongestWait { get; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one attempt may take until the answer begins, and, where it is read whole, until it ends.</summary>
    public static TimeSpan AnswerTime { get; } = TimeSpan.FromSeconds(30);

    private const int MaxAttempts = 4;
    private const int MaxNext = 4096;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _places = new(AtOnce);
    private readonly HttpClient _http;

    public UpstreamRequests(Upstream upstream)
    {
        Upstream = upstream;
        var handler = GuardedHttp.CreateHandler([$"{upstream.Endpoint.Host}:{upstream.Endpoint.Port}", .. upstream.TrustedHosts ?? []], byAnyName: true);
        // Followed here: the handler would not keep the credentials for a redirect within the endpoint.
        handler.AllowAutoRedirect = false;
        _http = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("acme-registry");
        _http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity");
    }

    public Upstream Upstream { get; }

    public void Dispose()
    {
        _http.Dispose();
        _places.Dispose();
    }

    /// <summary>A whole answer of 200 or 4xx.</summary>
    public Task<UpstreamAnswer> ReadAsync(Uri url, int maxBytes) => RepeatAsync(async cancellationToken =>
    {
        using var response = await SendAsync(url, 0, cancellationToken);
        var body = await ReadBodyAsync(response, maxBytes, cancellationToken);
        return new UpstreamAnswer(response.StatusCode, UrlOf(response), body, NextOf(response), ErrorCodeOf(response));
    }, CancellationToken.None);

    /// <summary>The beginning of an answer of 200, 206 or 416; the caller disposes of it.</summary>
    /// <exception cref="UpstreamRefusedException">Another 4xx.</exception>
    public Task<HttpResponseMessage> OpenAsync(Uri url, long from, CancellationToken cancellationToken) => RepeatAsync(async attempt =>
    {
        var response = await SendAsync(url, from, attempt);
        if (response.IsSuccessStatusCode || (from > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)) return response;
        using (response) throw new UpstreamRefusedException(Upstream.Name, url, response.StatusCode, ErrorCodeOf(response));
    }, cancellationToken);

    private async Task<T> RepeatAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (var number = 1; ; number++)
        {
            TimeSpan pause;
            await _places.WaitAsync(cancellationToken);
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                limit.CancelAfter(AnswerTime);
                return await attempt(limit.Token);
            }
            catch (BusyException busy)
            {
                pause = busy.RetryAfter ?? Pause(number);
                if (pause > LongestWait || number == MaxAttempts) throw Busy(busy.Status, busy.RetryAfter);
            }
            catch (HttpRequestException e) when (e.InnerException is BlockedAddressException)
            {
                throw e.InnerException;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                pause = Pause(number);
                if (number == MaxAttempts) throw OutOfReach(e);
            }
            finally
            {
                _places.Release();
            }
            await Task.Delay(pause, cancellationToken);
        }
    }

    /// <summary>One request, along redirects.</summary>
    private async Task<HttpResponseMessage> SendAsync(Uri url, long from, CancellationToken cancellationToken)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            if (Upstream.IsOrigin(url)) request.Headers.Authorization = Upstream.Authorization;
            if (from > 0) request.Headers.Range = new(from, null);
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            try
            {
                if (IsBusy(response.StatusCode)) throw new BusyException(response.StatusCode, RetryAfterOf(response));
                if (response.Headers.Location is not { } location || (int)response.StatusCode is < 300 or > 399)
                {
                    return IsAnswer(response.StatusCode) ? response : throw new SourceException($"{Upstream.Name} answered {(int)response.StatusCode}. Try again later.") { IsTransient = true };
                }
                if (redirects == GuardedHttp.MaxRedirects) throw new SourceException($"{Upstream.Name} redirects more than {GuardedHttp.MaxRedirects} times. Check the URL.");
                url = Redirect(url, location);
            }
            catch
            {
                response.Dispose();
                throw;
            }
            response.Dispose();
        }
    }

    private Uri Redirect(Uri from, Uri location)
    {
        var to = Upstream.Rebase(new Uri(from, location));
        if (to.Scheme != Uri.UriSchemeHttps && (to.Scheme != Uri.UriSchemeHttp || from.Scheme == Uri.UriSchemeHttps))
            throw new SourceException($"{Upstream.Name} redirects from '{from.Scheme}' to a '{to.Scheme}' address, which is not followed.");
        return to;
    }

    private async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, int maxBytes, CancellationToken cancellationToken)
    {
        var announced = response.Content.Headers.ContentLength;
        using var body = new MemoryStream((int)Math.Min(announced ?? 0, maxBytes));
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[64 << 10];
        while (true)
        {
            var read = announced > maxBytes ? 0 : await content.ReadAsync(buffer, cancellationToken);
            if (announced > maxBytes || body.Length + read > maxBytes)
                throw new SourceException($"{Upstream.Name} answers {UrlOf(response).AbsolutePath} with more than {maxBytes:N0} bytes, the most that is read.");
            if (read == 0) return body.ToArray();
            body.Write(buffer, 0, read);
        }
    }

    /// <summary>The next page; only pages of the endpoint are followed.</summary>
    private Uri? NextOf(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var links)) return null;
        foreach (var link in links.Where(l => l.Length <= MaxNext).SelectMany(l => l.Split(",<")))
        {
            var end = link.IndexOf('>');
            if (end < 0 || !link[end..].Replace("\"", "", StringComparison.Ordinal).Contains("rel=next", StringComparison.OrdinalIgnoreCase)) continue;
            if (!Uri.TryCreate(UrlOf(response), link[..end].TrimStart(' ', '<'), out var next)) continue;
            next = Upstream.Rebase(next);
            return Upstream.IsOrigin(next) ? next : throw new SourceException($"{Upstream.Name} names a next page on another host ({next.Host}), which is not followed.");
        }
        return null;
    }

    private SourceException Busy(HttpStatusCode status, TimeSpan? retryAfter)
    {
        var when = retryAfter is { } wait ? $"in {Math.Ceiling(wait.TotalSeconds):0} s" : "later";
        var why = status == HttpStatusCode.TooManyRequests ? "has had too many requests from here" : "cannot answer at the moment";
        return new($"{Upstream.Name} {why} ({(int)status}). Try again {when}.") { IsTransient = true };
    }

    private SourceException OutOfReach(Exception e) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            new($"No secure connection to {Upstream.Name} is possible: its certificate is not valid here.", e),
        { InnerException: SourceException reason } => new($"{Upstream.Name} is out of reach. {reason.Message}", e) { IsTransient = true },
        OperationCanceledException => new($"{Upstream.Name} did not answer within {AnswerTime.TotalSeconds:0} s. Try again later.", e) { IsTransient = true },
        _ => new($"The connection to {Upstream.Name} broke off again and again. Try again later.", e) { IsTransient = true },
    };

    private static bool IsBusy(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static bool IsAnswer(HttpStatusCode status) => status is HttpStatusCode.OK or HttpStatusCode.PartialContent || (int)status is >= 400 and < 500;

    private static TimeSpan Pause(int attempt)
    {
        var longest = FirstPause * Math.Pow(2, attempt - 1);
        return (longest / 2) + (longest / 2 * Random.Shared.NextDouble());
    }

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - DateTimeOffset.UtcNow is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };

    private static string? ErrorCodeOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Error-Code", out var codes) && codes.First() is { Length: > 0 and <= 50 } code && code.All(char.IsAsciiLetterOrDigit) ? code : null;

    private static Uri UrlOf(HttpResponseMessage response) => response.RequestMessage?.RequestUri ?? throw new UnreachableException();

    private sealed class BusyException(HttpStatusCode status, TimeSpan? retryAfter) : Exception
    {
        public HttpStatusCode Status => status;

        public TimeSpan? RetryAfter => retryAfter;
    }
}
