using System.IO.Pipelines;
using Acme.Registry.Artifacts;
using Acme.Registry.Ingest;
using Acme.Registry.Maintenance;
using Acme.Registry.Sources;
using Acme.Registry.Storage;

namespace Acme.Registry.Mirroring;

/// <summary>
/// One content on its way into the blob store: fetched into a part file, verified, stored. Meanwhile it can be read as far as it has come,
/// all but its last byte, which is given out only when the digest is right: nobody ends up with a whole file that is wrong.
/// </summary>
public sealed class ContentFetch : IAsyncDisposable
{
    private const int BufferSize = 512 * 1024;

    private readonly string _partPath;
    private readonly IBlobStore _blobs;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _growth = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PartFile? _part;
    private long _readable;
    private long _fetched;

    internal ContentFetch(ManifestEntry file, string partPath, IBlobStore blobs, HttpClient http, TimeProvider time)
    {
        (File, _partPath, _blobs, _http, _time) = (file, partPath, blobs, http, time);
        Completion = Task.Run(() => RunAsync(_stop.Token));
    }

    /// <summary>What is fetched, as the one who asked first has it.</summary>
    public ManifestEntry File { get; }

    /// <summary>
    /// Ends when the content is in the blob store; its CRC-32. Fails with <see cref="SourceException"/> (which says whether another attempt
    /// may help), <see cref="StorageFullException"/> or <see cref="IOException"/>.
    /// </summary>
    public Task<uint> Completion { get; }

    /// <summary>Bytes that have arrived.</summary>
    public long FetchedBytes => Volatile.Read(ref _fetched);

    /// <summary>Returns when the source has begun to send, or the content is here; throws what <see cref="Completion"/> fails with.</summary>
    public async Task BegunAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAny(_begun.Task, Completion).WaitAsync(cancellationToken);
        if (Completion.IsCompleted) await Completion;
    }

    /// <summary>
    /// Writes a range, waiting for what has not arrived, flushing as it goes. Ends early, without error, when the writer's reader has gone.
    /// Throws what <see cref="Completion"/> fails with; what stands before may have been written.
    /// </summary>
    public async Task CopyToAsync(long offset, long length, PipeWriter destination, CancellationToken cancellationToken)
    {
        var end = offset + length;
        while (offset < end)
        {
            var readable = await ReadableBeyondAsync(offset, cancellationToken);
            if (_part is not { } part)
            {
                await _blobs.CopyToAsync(File.Digest, offset, end - offset, destination, cancellationToken);
                return;
            }
            var wanted = (int)Math.Min(BufferSize, Math.Min(end, readable) - offset);
            var read = part.Read(destination.GetMemory(wanted).Span[..wanted], offset);
            if (read == 0) throw new EndOfStreamException($"The part file of {File.Digest} became shorter while it was read.");
            destination.Advance(read);
            offset += read;
            if ((await destination.FlushAsync(cancellationToken)).IsCompleted) return;
        }
    }

    /// <summary>Whether what has arrived is of no use to anyone when it ends.</summary>
    internal bool IsDiscarded { get; set; }

    /// <summary>Ends it, wherever it is; nobody may read it any more.</summary>
    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (IsDiscarded) _part?.Delete();
        _part?.Dispose();
        _stop.Dispose();
    }

    private async Task<long> ReadableBeyondAsync(long offset, CancellationToken cancellationToken)
    {
        while (true)
        {
            var growth = Volatile.Read(ref _growth).Task;
            var readable = Volatile.Read(ref _readable);
            if (readable > offset) return readable;
            if (Completion.IsCompleted) await Completion;
            await Task.WhenAny(growth, Completion).WaitAsync(cancellationToken);
        }
    }

    private async Task<uint> RunAsync(CancellationToken cancellationToken)
    {
        var crc32 = await _blobs.FindAsync(File.Digest, cancellationToken) is { } present
            ? await RenewAsync(present, cancellationToken)
            : await FetchAsync(cancellationToken);
        Publish(File.Size, File.Size);
        return crc32;
    }

    /// <summary>
    /// Puts content that another artifact brought once more, as every publisher must (see <see cref="GarbageCollector"/>): a collection
    /// that began before this artifact was published may be about to take it.
    /// </summary>
    private async Task<uint> RenewAsync(BlobInfo present, CancellationToken cancellationToken)
    {
        if (present.Size != File.Size) throw WrongSize(present.Size);
        return await BlobStream.ReadAsync(_blobs, present, async reader =>
        {
            await using var measured = new Crc32Stream(reader.AsStream());
            try
            {
                await _blobs.PutAsync(measured, File.Digest, cancellationToken);
            }
            catch (DigestMismatchException e)
            {
                throw new SourceException($"The stored copy of {File.Digest} is damaged; the next scrub reports it. Put its bytes again.", e) { IsTransient = true };
            }
            return measured.Crc32;
        }, cancellationToken);
    }

    private async Task<uint> FetchAsync(CancellationToken cancellationToken)
    {
        var part = await PartFile.OpenAsync(_partPath, File.Size, cancellationToken);
        _part = part;
        Publish(part.Length, Math.Min(part.Length, File.Size - 1));
        try
        {
            var download = new PartDownload(_http, File.Remote!, File.Size, part, _time)
            {
                Begun = () => _begun.TrySetResult(),
                Grown = () => Publish(part.Length, Math.Min(part.Length, File.Size - 1)),
            };
            await FillAsync(download, part, cancellationToken);
            if (part.Digest is var actual && actual != File.Digest) throw WrongDigest(actual, part.Inherited > 0);
            Publish(File.Size, File.Size);
            await StoreAsync(part, cancellationToken);
        }
        catch (SourceException e) when (!e.IsTransient || e.InnerException is DigestMismatchException)
        {
            part.Delete();
            throw;
        }
        part.Delete();
        return part.Crc32;
    }

    private static async Task FillAsync(PartDownload download, PartFile part, CancellationToken cancellationToken)
    {
        try
        {
            await download.RunAsync(cancellationToken);
        }
        catch (StorageFullException)
        {
            // The catalog may be on the same disk; the source still has what is given up here.
            part.Delete();
            throw;
        }
    }

    private async Task StoreAsync(PartFile part, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = part.OpenRead();
            await _blobs.PutAsync(content, File.Digest, cancellationToken);
        }
        catch (DigestMismatchException e)
        {
            throw new SourceException("The part file changed while it was stored. The disk of Mirror:PartDirectory may be failing.", e) { IsTransient = true };
        }
    }

    /// <summary>What an earlier process left may have been damaged with it; only content fetched in one go speaks for the source.</summary>
    private SourceException WrongDigest(Sha256Digest actual, bool mayBeOurs) => new(
        $"{File.Remote!.Host} announced the SHA-256 {File.Digest} for this file, but its content has {actual}. It was refused.",
        new DigestMismatchException(File.Digest, actual)) { IsTransient = mayBeOurs };

    private SourceException WrongSize(long actual) =>
        new($"{File.Remote!.Host} announced {File.Size:N0} bytes with the SHA-256 {File.Digest}, but the content with this digest has {actual:N0}.");

    private void Publish(long fetched, long readable)
    {
        Volatile.Write(ref _fetched, fetched);
        Volatile.Write(ref _readable, readable);
        Interlocked.Exchange(ref _growth, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}
