using System.Diagnostics;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Telemetry;

/// <summary>A blob store whose every call is measured.</summary>
/// <param name="inner">The driver.</param>
/// <param name="driver">Its name in the configuration.</param>
public sealed class MeasuredBlobStore(IBlobStore inner, string driver) : IBlobStore
{
    private readonly StoreMeter _meter = new("blobs", driver);

    /// <inheritdoc/>
    public async Task<BlobInfo> PutAsync(Stream content, Sha256Digest? expected = null, CancellationToken cancellationToken = default)
    {
        var put = await _meter.RunAsync("put", null, () => inner.PutAsync(content, expected, cancellationToken));
        RegistryTelemetry.BytesWritten.Add(put.Size);
        return put;
    }

    /// <inheritdoc/>
    public Task<BlobInfo?> FindAsync(Sha256Digest digest, CancellationToken cancellationToken = default) =>
        _meter.RunAsync("find", null, () => inner.FindAsync(digest, cancellationToken));

    /// <inheritdoc/>
    public async Task CopyToAsync(Sha256Digest digest, long offset, long length, PipeWriter destination, CancellationToken cancellationToken = default)
    {
        using var span = _meter.Begin("read", null);
        span?.SetTag("acme.blob.digest", digest.ToString());
        var writer = new MeasuredWriter(destination);
        var start = Stopwatch.GetTimestamp();
        Exception? failure = null;
        try
        {
            await inner.CopyToAsync(digest, offset, length, writer, cancellationToken);
        }
        catch (Exception e)
        {
            failure = e;
            if (StoreMeter.IsFailure(e)) span.Fail(e);
            throw;
        }
        finally
        {
            _meter.Record("read", Stopwatch.GetElapsedTime(start) - writer.Waited, failure);
            RegistryTelemetry.ReaderWait.Record(writer.Waited.TotalSeconds);
            RegistryTelemetry.BytesRead.Add(writer.Written);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Uri?> GetDirectUriAsync(Sha256Digest digest, TimeSpan lifetime, CancellationToken cancellationToken = default) =>
        inner.GetDirectUriAsync(digest, lifetime, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<BlobInfo> ListAsync(CancellationToken cancellationToken = default) => inner.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(Sha256Digest digest, DateTimeOffset unlessPutSince, CancellationToken cancellationToken = default) =>
        _meter.RunAsync("delete", null, () => inner.DeleteAsync(digest, unlessPutSince, cancellationToken));

    /// <summary>Passes everything on, and keeps the time that flushing took: that is the reader's, not the store's.</summary>
    private sealed class MeasuredWriter(PipeWriter inner) : PipeWriter
    {
        private long _waited;

        public TimeSpan Waited => new(_waited);

        public long Written { get; private set; }

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes)
        {
            Written += bytes;
            inner.Advance(bytes);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            var start = Stopwatch.GetTimestamp();
            try
            {
                return await inner.FlushAsync(cancellationToken);
            }
            finally
            {
                _waited += Stopwatch.GetElapsedTime(start).Ticks;
            }
        }
    }
}
