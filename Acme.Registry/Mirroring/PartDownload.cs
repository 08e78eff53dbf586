using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Acme.Registry.Sources;
using Acme.Registry.Sources.Http;

namespace Acme.Registry.Mirroring;

/// <summary>
/// Fills a part file from a URL. A connection that breaks is taken up again where it broke (RFC 9110, section 14); a server that cannot
/// do that sends everything again, of which what is here is passed over: the content is known by its digest, so it cannot have changed.
/// </summary>
/// <param name="http">Follows redirects; without a time limit of its own, without decompression.</param>
/// <param name="url">Where the content is.</param>
/// <param name="size">Bytes it must have.</param>
/// <param name="part">Where it goes.</param>
/// <param name="time">Tells how long to wait between attempts.</param>
internal sealed class PartDownload(HttpClient http, Uri url, long size, PartFile part, TimeProvider time)
{
    // In a row without a byte gained.
    private const int MaxFruitlessAttempts = 4;

    // A server that breaks off after every few bytes is not worth more.
    private const int MaxConnections = 1000;

    private const int BufferSize = 256 * 1024;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // A server that sends nothing for so long has forgotten the connection.
    private static readonly TimeSpan StallTime = TimeSpan.FromMinutes(1);

    /// <summary>Called when the server has agreed to send.</summary>
    public Action Begun { get; init; } = () => { };

    /// <summary>Called when the part has grown.</summary>
    public Action Grown { get; init; } = () => { };

    /// <summary>Returns when the part has all the bytes; whether they are the right ones, it does not know.</summary>
    /// <exception cref="SourceException">The server does not give the content, or gives another; says why, and whether later may be better.</exception>
    /// <exception cref="Storage.StorageFullException">No room.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var fruitless = 0;
        for (var connection = 1; part.Length < size; connection++)
        {
            var before = part.Length;
            var (failure, pause) = await TryAsync(cancellationToken);
            if (failure is null) return;
            fruitless = part.Length > before ? 0 : fruitless + 1;
            if (fruitless == MaxFruitlessAttempts || connection == MaxConnections) throw failure;
            var wait = FirstPause * Math.Pow(2, fruitless);
            wait = (wait / 2) + (wait / 2 * Random.Shared.NextDouble());
            if (pause is { } asked) wait = asked <= LongestPause ? asked : throw failure;
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <returns>Nothing when the part is complete; otherwise what went wrong, where another attempt may help, and how long the server wants to be left alone.</returns>
    private async Task<(SourceException? Failure, TimeSpan? Pause)> TryAsync(CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(StallTime);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            if (part.Length > 0) request.Headers.Range = new(part.Length, null);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token);
            if (Refusal(response) is { } refusal)
                return refusal.IsTransient ? (refusal, PauseOf(response)) : throw refusal;

            var skip = response.StatusCode == HttpStatusCode.PartialContent ? 0 : part.Length;
            Begun();
            await using var body = await response.Content.ReadAsStreamAsync(stall.Token);
            await ReadAsync(body, skip, stall);
            return part.Length == size ? (null, null) : (Broken(null), null);
        }
        catch (HttpRequestException e) when (e.InnerException is SourceException reason)
        {
            if (reason is BlockedAddressException) throw reason;
            return (Transient(reason.Message, e), null);
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException or IOException)
        {
            return part.Length == size ? (null, null) : (Broken(e), null);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return part.Length == size
                ? (null, null)
                : (Transient($"{url.Host} could not be connected to, or sent nothing for {StallTime.TotalSeconds:0} s.", e), null);
        }
    }

    private async Task ReadAsync(Stream body, long skip, CancellationTokenSource stall)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (true)
            {
                stall.CancelAfter(StallTime);
                var read = await body.ReadAsync(buffer, stall.Token);
                if (read == 0) return;
                var passed = (int)Math.Min(skip, read);
                skip -= passed;
                if (read - passed > size - part.Length)
                    throw new SourceException($"{url.Host} sends more than the {size:N0} bytes that were announced for this file.");
                if (read == passed) continue;
                await part.AppendAsync(buffer.AsMemory(passed, read - passed), stall.Token);
                Grown();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private SourceException? Refusal(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var content = response.Content.Headers;
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK or HttpStatusCode.PartialContent when content.ContentEncoding.Any(e => e != "identity"):
                return new($"{url.Host} sends this file compressed although it was asked not to, so that it cannot be resumed.");
            case HttpStatusCode.OK:
                return content.ContentLength is { } whole && whole != size ? OtherSize(whole) : null;
            case HttpStatusCode.PartialContent when content.ContentRange is { From: { } from } range && from == part.Length:
                return range.Length is { } total && total != size ? OtherSize(total) : null;
            case HttpStatusCode.PartialContent:
                return Transient($"{url.Host} did not continue the file where it had broken off.", null);
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                return content.ContentRange?.Length is { } shorter && shorter != size
                    ? OtherSize(shorter)
                    : Transient($"{url.Host} did not continue the file where it had broken off.", null);
            case HttpStatusCode.NotFound or HttpStatusCode.Gone:
                return new($"{url.Host} does not have this file any more ({status}).");
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.UnavailableForLegalReasons:
                return new($"{url.Host} does not give this file to the registry ({status}). If access can be asked for there, configure a token that has it.");
            case HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout:
            case >= HttpStatusCode.InternalServerError:
                return Transient($"{url.Host} cannot answer at the moment ({status}).", null);
            default:
                return new($"{url.Host} answers with {status} instead of the file.");
        }
    }

    private TimeSpan? PauseOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        RetryConditionHeaderValue { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };

    private SourceException OtherSize(long actual) =>
        new($"{url.Host} has {actual:N0} bytes for this file, but {size:N0} were announced.");

    private SourceException Broken(Exception? e) => Transient($"The connection to {url.Host} broke off after {part.Length:N0} of {size:N0} bytes.", e);

    private static SourceException Transient(string message, Exception? e) => new(message, e) { IsTransient = true };
}
