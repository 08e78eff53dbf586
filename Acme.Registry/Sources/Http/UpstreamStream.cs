using System.Net;
using System.Security.Cryptography;
using Acme.Registry.Artifacts;
using Acme.Registry.Zip;

namespace Acme.Registry.Sources.Http;

/// <summary>
/// Content as it comes from an upstream. A connection that breaks is taken up where it broke (RFC 9110, section 14); an upstream without
/// ranges sends it again from the beginning, and what was read is passed over.
/// </summary>
internal sealed class UpstreamStream : ReadOnlyStream
{
    private const int MaxResumptions = 5;

    private readonly UpstreamRequests _requests;
    private readonly Uri _url;
    private readonly long? _size;
    private readonly Sha256Digest? _digest;
    private readonly IncrementalHash? _hash;
    private HttpResponseMessage _response;
    private Stream _content;
    private long _position;
    private int _resumptions;
    private bool _isVerified;

    private UpstreamStream(UpstreamRequests requests, Uri url, long? size, Sha256Digest? digest, HttpResponseMessage response, Stream content)
    {
        (_requests, _url, _digest, _response, _content) = (requests, url, digest, response, content);
        _size = size ?? response.Content.Headers.ContentLength;
        _hash = digest is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    }

    public static async Task<UpstreamStream> OpenAsync(
        UpstreamRequests requests, Uri url, long? size, Sha256Digest? digest, CancellationToken cancellationToken)
    {
        var response = await requests.OpenAsync(url, 0, cancellationToken);
        return new(requests, url, size, digest, response, await response.Content.ReadAsStreamAsync(cancellationToken));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (true)
        {
            var (read, failure) = await TryReadAsync(buffer, cancellationToken);
            // Fewer bytes than announced are a broken connection to servers that do not announce how much they send.
            if (failure is null && (read > 0 || _size is null || _position == _size))
            {
                Check(buffer.Span[..read]);
                return read;
            }
            await ResumeAsync(failure, cancellationToken);
        }
    }

    public override int Read(Span<byte> buffer) => throw new NotSupportedException("Content of an upstream is read asynchronously.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
            _response.Dispose();
            _hash?.Dispose();
        }
        base.Dispose(disposing);
    }

    private async Task<(int Read, Exception? Failure)> TryReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(UpstreamRequests.AnswerTime);
        try
        {
            return (await _content.ReadAsync(buffer, limit.Token), null);
        }
        catch (Exception e) when (e is IOException or HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (0, e);
        }
    }

    private async Task ResumeAsync(Exception? failure, CancellationToken cancellationToken)
    {
        if (++_resumptions > MaxResumptions) throw BrokenOff(failure);
        await _content.DisposeAsync();
        _response.Dispose();
        _response = await _requests.OpenAsync(_url, _position, cancellationToken);
        _content = await _response.Content.ReadAsStreamAsync(cancellationToken);
        if (_position == 0 || (_response.StatusCode == HttpStatusCode.PartialContent && _response.Content.Headers.ContentRange?.From == _position)) return;
        if (_response.StatusCode != HttpStatusCode.OK) throw BrokenOff(failure);
        await PassOverAsync(cancellationToken);
    }

    private async Task PassOverAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[64 << 10];
        for (var left = _position; left > 0;)
        {
            var (read, failure) = await TryReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
            if (read == 0) throw BrokenOff(failure);
            left -= read;
        }
    }

    private void Check(ReadOnlySpan<byte> read)
    {
        _position += read.Length;
        if (_position > _size) throw new SourceException($"{_requests.Upstream.Name} announced {Shown} with {_size:N0} bytes but sends more.");
        _hash?.AppendData(read);
        if (_hash is null || _isVerified || (_size is null ? read.Length > 0 : _position < _size)) return;
        _isVerified = true;
        var found = Sha256Digest.FromBytes(_hash.GetHashAndReset());
        if (found != _digest) throw new SourceException($"{_requests.Upstream.Name} announced {Shown} with the SHA-256 {_digest}, but what it sends has {found}. It was not taken.");
    }

    private string Shown => $"'{Uri.UnescapeDataString(_url.AbsolutePath)}'";

    private SourceException BrokenOff(Exception? e) => e is null && _size is not null
        ? new($"{_requests.Upstream.Name} announced {Shown} with {_size:N0} bytes but sends only {_position:N0}.")
        : new($"The connection to {_requests.Upstream.Name} broke off again and again at byte {_position:N0} of {Shown}. Try again later.", e) { IsTransient = true };
}
