using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Acme.LoadTest.Models;
using Acme.LoadTest.Targets;

namespace Acme.LoadTest.Workloads;

/// <summary>Downloads one content, whole or in two parts, and compares every byte.</summary>
/// <param name="registry">Where.</param>
/// <param name="path">Below its base address.</param>
/// <param name="expected">What must arrive.</param>
/// <param name="inTwoParts">Breaks off in the middle and asks for the rest, on the condition that the content is still the same.</param>
internal sealed class DownloadWorkload(ServerClient registry, string path, ExpectedContent expected, bool inTwoParts = false) : Workload
{
    private const int BufferSize = 256 * 1024;

    public override async Task<Answer> RunAsync(int number, CancellationToken cancellationToken)
    {
        if (!inTwoParts)
        {
            var (answer, _) = await GetAsync(0, expected.Length, null, cancellationToken);
            return answer;
        }
        // Not always at the same place.
        var middle = expected.Length / 4 + (int)((long)number * 7919 % (expected.Length / 2));
        var (first, etag) = await GetAsync(0, middle, null, cancellationToken);
        var (rest, _) = await GetAsync(middle, expected.Length, etag ?? throw new InvalidDataException("The download has no ETag to resume by."), cancellationToken);
        return first with { Bytes = first.Bytes + rest.Bytes };
    }

    /// <summary>Reads from one place to another; to leave before the end is to close the connection.</summary>
    private async Task<(Answer Answer, string? ETag)> GetAsync(int from, int to, string? etag, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var response = await registry.SendAsync(Request, cancellationToken);
        try
        {
            var head = Stopwatch.GetElapsedTime(start);
            var server = ServerTime(response);
            var redirected = response.StatusCode is HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect;
            var tag = response.Headers.ETag?.ToString();
            if (redirected)
            {
                var redirect = response;
                response = await registry.FollowAsync(redirect, Request(), cancellationToken);
                tag = response.Headers.ETag?.ToString();
                redirect.Dispose();
            }
            await CheckAsync(response, from, cancellationToken);
            var firstByte = await ReadAsync(response, from, to, start, cancellationToken);
            return (new(head, firstByte, to - from, redirected, server), tag);
        }
        finally
        {
            response.Dispose();
        }

        HttpRequestMessage Request()
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (from > 0) request.Headers.Range = new RangeHeaderValue(from, null);
            if (etag is not null) request.Headers.IfRange = new(EntityTagHeaderValue.Parse(etag));
            return request;
        }
    }

    /// <summary>Of <c>Server-Timing: total;dur=1.23</c>, in milliseconds.</summary>
    private static TimeSpan? ServerTime(HttpResponseMessage response)
    {
        const string total = "total;dur=";
        return response.Headers.TryGetValues("Server-Timing", out var values)
            && values.FirstOrDefault(v => v.StartsWith(total, StringComparison.Ordinal)) is { } value
            && double.TryParse(value.AsSpan(total.Length), CultureInfo.InvariantCulture, out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds) : null;
    }

    private async Task CheckAsync(HttpResponseMessage response, int from, CancellationToken cancellationToken)
    {
        if (response.StatusCode != (from > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK))
        {
            var said = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new InvalidDataException($"Answered {(int)response.StatusCode}: {said[..Math.Min(said.Length, 200)]}");
        }
        if (response.Content.Headers.ContentLength is { } length && length != expected.Length - from)
            throw new InvalidDataException($"Announced {length:N0} bytes in place of {expected.Length - from:N0}.");
    }

    private async Task<TimeSpan> ReadAsync(HttpResponseMessage response, int from, int to, long start, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            TimeSpan? firstByte = null;
            var at = from;
            while (at < to)
            {
                var read = await body.ReadAsync(buffer, cancellationToken);
                firstByte ??= Stopwatch.GetElapsedTime(start);
                if (read == 0) throw new InvalidDataException("The download ended too early.");
                if (!expected.Holds(at, buffer.AsSpan(0, read))) throw new InvalidDataException("The download has other bytes than expected: its SHA-256 is wrong.");
                at += read;
            }
            // To the end, or the connection could not be used again.
            if (to == expected.Length && await body.ReadAsync(buffer, cancellationToken) != 0) throw new InvalidDataException("The download is longer than expected.");
            return firstByte ?? TimeSpan.Zero;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
