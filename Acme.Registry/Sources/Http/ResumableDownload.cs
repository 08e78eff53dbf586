using System.Net;
using System.Net.Http.Headers;

namespace Acme.Registry.Sources.Http;

/// <summary>
/// One download into a spool file. A connection that breaks is taken up again where it broke, as far as the server can (RFC 9110,
/// section 14).
/// </summary>
internal sealed class ResumableDownload(HttpClient http, Uri url, SpoolFile spool, long maxBytes)
{
    private const int MaxAttempts = 4;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);

    // What a resumed download must still be; without it the download starts over.
    private RangeConditionHeaderValue? _validator;

    /// <exception cref="SourceException">The server does not give the file; says why.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await TryAsync(cancellationToken) is not { } failure) return;
            if (attempt == MaxAttempts) throw failure;
            var delay = FirstDelay * Math.Pow(2, attempt - 1);
            await Task.Delay((delay / 2) + (delay / 2 * Random.Shared.NextDouble()), cancellationToken);
        }
    }

    /// <returns>Null when the file is here; otherwise what went wrong, where it is worth another attempt.</returns>
    private async Task<SourceException?> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            if (_validator is null) spool.Clear();
            if (spool.Length > 0)
            {
                request.Headers.Range = new(spool.Length, null);
                request.Headers.IfRange = _validator;
            }
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (await ReadAsync(response, cancellationToken)) return null;
            return new($"{url.Host} did not continue the download where it had broken off. Try again later.");
        }
        catch (HttpRequestException e) when (e.InnerException is SourceException reason)
        {
            throw reason;
        }
        catch (HttpRequestException e) when (e.StatusCode is { } status)
        {
            return new SourceException($"{url.Host} cannot answer at the moment ({(int)status}). Try again later.", e);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new SourceException($"No secure connection to {url.Host} is possible: its certificate is not valid here.", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new SourceException($"The connection to {url.Host} broke off again and again. Try again later, or upload the ZIP.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return new SourceException(
                $"{url.Host} could not be connected to within {GuardedHttp.ConnectTimeout.TotalSeconds:0} s. Check the URL, or try again later.", e);
        }
    }

    /// <returns>Whether the file is complete.</returns>
    private async Task<bool> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                spool.Clear();
                _validator = Validator(response);
                break;
            case HttpStatusCode.PartialContent when spool.Length > 0 && response.Content.Headers.ContentRange?.From == spool.Length:
                break;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable when spool.Length > 0:
                _validator = null;
                return false;
            default:
                ThrowRefusal(response.StatusCode);
                break;
        }
        if (response.Content.Headers.ContentLength > maxBytes - spool.Length) throw new ContentTooLargeException(maxBytes);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await spool.CopyFromAsync(body, maxBytes, cancellationToken);
        return response.Content.Headers.ContentRange?.Length is not { } whole || spool.Length == whole;
    }

    private static RangeConditionHeaderValue? Validator(HttpResponseMessage response) => response switch
    {
        { Headers.ETag: { IsWeak: false } etag } => new(etag),
        { Content.Headers.LastModified: { } modified } => new(modified),
        _ => null,
    };

    /// <summary>Statuses that another attempt may change leave as <see cref="HttpRequestException"/>.</summary>
    private void ThrowRefusal(HttpStatusCode status) => throw (status switch
    {
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
            new HttpRequestException(null, null, status),
        HttpStatusCode.NotFound or HttpStatusCode.Gone =>
            new SourceException($"{url.Host} has nothing at this URL ({(int)status}). Check the URL."),
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
            new SourceException(
                $"{url.Host} does not give this file to everyone ({(int)status}). Make it public, or download it and upload the ZIP."),
        >= HttpStatusCode.InternalServerError => new SourceException($"{url.Host} failed to answer ({(int)status}). Try again later."),
        >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
            new SourceException(
                $"{url.Host} redirects more than {GuardedHttp.MaxRedirects} times, or from https to http ({(int)status}). Give the final URL."),
        _ => new SourceException($"{url.Host} answers with {(int)status} instead of a file. Check the URL."),
    });
}
