using System.Globalization;
using System.Net;
using System.Runtime.Serialization;
using System.Text.Json;
using Acme.Registry.Sources.Http;
using Microsoft.Extensions.Options;
using Octokit;
using Octokit.Internal;

namespace Acme.Registry.Sources.GitHub;

/// <summary>
/// The one connection to GitHub's REST API: a bounded number of requests at once, another try where one may help, and no request while the
/// quota is known to be used up.
/// </summary>
/// <remarks>
/// The limits are GitHub's own ("Rate limits for the REST API"): at most 100 requests at once; <c>x-ratelimit-remaining</c> and
/// <c>x-ratelimit-reset</c> on every answer; 403 or 429 when used up, with <c>retry-after</c> for the secondary limits, and a minute's wait
/// where neither header tells.
/// </remarks>
public sealed class GitHubApi : IDisposable
{
    /// <summary>Most requests at once.</summary>
    public const int MaxAtOnce = 32;

    /// <summary>Largest answer that is read, in bytes once decompressed. The largest ones, recursive trees, end at 7 MB by GitHub's own limit.</summary>
    public const int MaxAnswerBytes = 32 * 1024 * 1024;

    private const int MaxAttempts = 3;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan UnknownWait = TimeSpan.FromMinutes(1);

    // A quota that returns sooner is waited for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClientAdapter _http;
    private readonly Connection _connection;
    private readonly SemaphoreSlim _places = new(MaxAtOnce);
    private readonly TimeProvider _time;
    private readonly bool _hasToken;
    private readonly Lock _quota = new();
    private DateTimeOffset _closedUntil;
    private int? _remaining;

    /// <summary>Makes a connection; keep one for the life of the process.</summary>
    public GitHubApi(IOptions<GitHubOptions> options, TimeProvider time)
    {
        _time = time;
        var endpoint = new Uri(options.Value.ApiEndpoint.AbsoluteUri.TrimEnd('/') + "/");
        _hasToken = !string.IsNullOrEmpty(options.Value.Token);
        var credentials = _hasToken ? new Credentials(options.Value.Token, AuthenticationType.Bearer) : Credentials.Anonymous;
        _http = new(() => new BoundedAnswers(Handler(endpoint)));
        _http.SetRequestTimeout(RequestTimeout);
        _connection = new(new ProductHeaderValue("acme-model-registry", "1"), endpoint, new InMemoryCredentialStore(credentials), _http, new GuardedJson());
    }

    /// <summary>Requests that the quota still allows, as the last answer told; null where it told nothing.</summary>
    internal int? Remaining
    {
        get
        {
            lock (_quota) return _remaining;
        }
    }

    /// <summary>Asks for one resource.</summary>
    /// <param name="path">Relative to the endpoint, without a slash at the beginning, escaped.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <exception cref="GitHubException">It is not there, or GitHub cannot answer now; says which.</exception>
    internal async Task<IApiResponse<T>> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await WaitForQuotaAsync(cancellationToken);
            GitHubException failure;
            try
            {
                return await GetOnceAsync<T>(path, cancellationToken);
            }
            catch (ApiException e) when (EndOfRefusal(e) is { } end)
            {
                Close(end);
                failure = QuotaUsedUp(end);
            }
            catch (ApiException e)
            {
                failure = Failed(e);
            }
            catch (HttpRequestException e) when (e.InnerException is BlockedAddressException blocked)
            {
                throw new GitHubException(blocked.Message, null, blocked);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
            {
                throw new GitHubException($"GitHub's answer has more than {MaxAnswerBytes:N0} bytes, the most that is read.", null, e);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                failure = new($"GitHub could not be reached: {(e.InnerException as SourceException ?? e).Message}", null, e) { IsTransient = true };
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new GitHubException($"GitHub did not answer within {RequestTimeout.TotalSeconds:0} s. Try again later.", null, e) { IsTransient = true };
            }
            // What Octokit throws where an answer is not JSON, or not of the shape that the API gives it.
            catch (Exception e) when (e is JsonException or SerializationException or InvalidCastException or FormatException or OverflowException or ArgumentException)
            {
                throw NotTheApi(e);
            }
            if (!failure.IsTransient || attempt == MaxAttempts) throw failure;
            if (failure.Status is HttpStatusCode.TooManyRequests) continue;
            var delay = FirstDelay * Math.Pow(2, attempt - 1);
            await Task.Delay((delay / 2) + (delay / 2 * Random.Shared.NextDouble()), _time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _places.Dispose();
    }

    private static SocketsHttpHandler Handler(Uri endpoint)
    {
        var handler = GuardedHttp.CreateHandler([$"{endpoint.Host}:{endpoint.Port}"], byAnyName: true);
        handler.AutomaticDecompression = DecompressionMethods.All;
        return handler;
    }

    private async Task<IApiResponse<T>> GetOnceAsync<T>(string path, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            var response = await _connection.Get<T>(new Uri(path, UriKind.Relative), null, null, cancellationToken);
            Note(response.HttpResponse.ApiInfo?.RateLimit);
            return response.Body is null ? throw NotTheApi(null) : response;
        }
        finally
        {
            _places.Release();
        }
    }

    private void Note(RateLimit? limit)
    {
        if (limit is not { Limit: > 0 }) return;
        lock (_quota)
        {
            _remaining = limit.Remaining;
            if (limit.Remaining == 0) _closedUntil = limit.Reset;
        }
    }

    private void Close(DateTimeOffset until)
    {
        lock (_quota)
        {
            _remaining = 0;
            _closedUntil = until;
        }
    }

    private async Task WaitForQuotaAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset until;
        lock (_quota) until = _closedUntil;
        var wait = until - _time.GetUtcNow();
        if (wait > Patience) throw QuotaUsedUp(until);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, _time, cancellationToken);
    }

    /// <summary>When a refusal for want of quota ends; null where the answer is another refusal.</summary>
    private DateTimeOffset? EndOfRefusal(ApiException refusal)
    {
        if (refusal.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests)) return null;
        var now = _time.GetUtcNow();
        var retryAfter = refusal.HttpResponse?.Headers.FirstOrDefault(h => h.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value;
        if (int.TryParse(retryAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return now.AddSeconds(seconds);
        if (refusal.HttpResponse?.ApiInfo?.RateLimit is { Limit: > 0, Remaining: 0 } limit) return limit.Reset;
        return refusal is RateLimitExceededException or SecondaryRateLimitExceededException or AbuseException || refusal.StatusCode == HttpStatusCode.TooManyRequests
            ? now + UnknownWait
            : null;
    }

    private GitHubException QuotaUsedUp(DateTimeOffset until) => new(
        $"GitHub's quota is used up until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC. Try again then"
        + (_hasToken ? "." : ", or have Sources:GitHub:Token set, which raises it."),
        HttpStatusCode.TooManyRequests,
        null)
    { IsTransient = true };

    private static GitHubException Failed(ApiException e) => e.StatusCode switch
    {
        HttpStatusCode.NotFound => new("GitHub has nothing there (404).", e.StatusCode, e),
        HttpStatusCode.Unauthorized => new("GitHub does not accept the token (401). Have Sources:GitHub:Token renewed or removed.", e.StatusCode, e),
        HttpStatusCode.UnavailableForLegalReasons => new("GitHub has taken this down for legal reasons (451).", e.StatusCode, e),
        >= HttpStatusCode.InternalServerError => new($"GitHub failed to answer ({(int)e.StatusCode}). Try again later.", e.StatusCode, e) { IsTransient = true },
        _ => new($"GitHub refuses to answer ({(int)e.StatusCode}).", e.StatusCode, e),
    };

    /// <summary>The answer is not of the shape that the API gives it.</summary>
    internal static GitHubException NotTheApi(Exception? e) =>
        new("GitHub answered something else than its API says. Check Sources:GitHub:ApiEndpoint.", null, e);

    /// <summary>Octokit reads an answer to its end as text; here it ends at a bound.</summary>
    private sealed class BoundedAnswers(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, cancellationToken);
            return response;
        }
    }
}

/// <summary>GitHub did not give what was asked of it; the message says why, for the user.</summary>
internal sealed class GitHubException(string message, HttpStatusCode? status, Exception? inner) : SourceException(message, inner)
{
    /// <summary>The status of its answer; 429 for a quota that is used up, null where there was no answer or a nonsensical one.</summary>
    public HttpStatusCode? Status { get; } = status;
}
