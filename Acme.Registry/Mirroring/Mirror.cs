using Acme.Registry.Artifacts;
using Acme.Registry.Sources;
using Acme.Registry.Storage;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Mirroring;

/// <summary>
/// Brings remote content into the blob store, once however many ask: whoever wants a content takes a share in its fetch. A fetch ends with
/// its last share; what has arrived by then stays in <see cref="MirrorOptions.PartDirectory"/>, where the next one goes on.
/// </summary>
public sealed class Mirror : IAsyncDisposable
{
    // A part that nobody has added to for so long belongs to an artifact that is gone.
    private static readonly TimeSpan PartLifetime = TimeSpan.FromDays(7);

    private readonly IBlobStore _blobs;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly string _directory;
    private readonly Lock _lock = new();
    private readonly Dictionary<(Sha256Digest, long), Slot> _underWay = [];

    // What this process has seen arrive, so that a bundle need not read a file for its CRC before its manifest tells.
    private readonly MemoryCache _arrived = new(new MemoryCacheOptions { SizeLimit = 100_000 });
    private bool _disposed;

    /// <summary>Removes part files that have been forgotten.</summary>
    /// <param name="blobs">Where content goes.</param>
    /// <param name="http">
    /// Kept to public addresses and configured endpoints (see <see cref="Sources.Http.GuardedHttp"/>), without a time limit of its own.
    /// Belongs to the mirror from now on.
    /// </param>
    /// <param name="options">The settings.</param>
    /// <param name="time">Tells how long to wait before another attempt.</param>
    public Mirror(IBlobStore blobs, HttpClient http, IOptions<MirrorOptions> options, TimeProvider time)
    {
        (_blobs, _http, _time) = (blobs, http, time);
        _directory = options.Value.PartDirectory ?? throw new ArgumentException("Mirror:PartDirectory is not set.", nameof(options));
        if (!Directory.Exists(_directory)) return;
        foreach (var part in new DirectoryInfo(_directory).EnumerateFiles("*" + PartFile.Suffix))
        {
            if (part.LastWriteTimeUtc < time.GetUtcNow().UtcDateTime - PartLifetime) part.Delete();
        }
    }

    /// <summary>A share in the fetch of a content, which begins unless it is under way already. Dispose of it after use.</summary>
    /// <param name="file">A file with <see cref="ManifestEntry.Remote"/>.</param>
    /// <param name="cancellationToken">Ends the waiting for an earlier fetch that is just ending.</param>
    public async Task<MirrorShare> JoinAsync(ManifestEntry file, CancellationToken cancellationToken)
    {
        var key = (file.Digest, file.Size);
        while (true)
        {
            Task ending;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (!_underWay.TryGetValue(key, out var slot))
                {
                    slot = _underWay[key] = new(new ContentFetch(file, PartPath(file), _blobs, _http, _time));
                    slot.Fetch.Completion.ContinueWith(
                        completed => Remember(file.Digest, completed.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
                }
                if (slot.Ending is null)
                {
                    slot.Shares++;
                    return new(slot.Fetch, discard => Release(key, slot, discard));
                }
                ending = slot.Ending;
            }
            await ending.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Returns when the content is in the blob store; its CRC-32. Throws as <see cref="ContentFetch.Completion"/>.</summary>
    public async Task<uint> ArriveAsync(ManifestEntry file, CancellationToken cancellationToken) =>
        await FindArrivedAsync(file, cancellationToken) is { Crc32: var crc32 } ? crc32 : await FetchAsync(file, null, cancellationToken);

    /// <summary>The blob and CRC-32 of content that arrived in this process lately and is still there; nothing when this process knows of none.</summary>
    public async Task<(BlobInfo Blob, uint Crc32)?> FindArrivedAsync(ManifestEntry file, CancellationToken cancellationToken) =>
        _arrived.TryGetValue(file.Digest, out uint crc32)
        && await _blobs.FindAsync(file.Digest, cancellationToken) is { } blob
        && blob.Size == file.Size
            ? (blob, crc32)
            : null;

    /// <summary>Returns when the content has been put into the blob store since the call began; its CRC-32. Throws as <see cref="ContentFetch.Completion"/>.</summary>
    /// <param name="file">A file with <see cref="ManifestEntry.Remote"/>.</param>
    /// <param name="isUnwanted">Asked when it is cancelled: whether nobody refers to the content any more.</param>
    /// <param name="cancellationToken">Gives the share in the fetch back.</param>
    internal async Task<uint> FetchAsync(ManifestEntry file, Func<bool>? isUnwanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var share = await JoinAsync(file, cancellationToken);
            try
            {
                return await share.Fetch.Completion.WaitAsync(cancellationToken);
            }
            catch (SourceException) when (share.Fetch.File.Remote != file.Remote)
            {
                // What another artifact's source did wrong says nothing about this one's.
            }
            catch (OperationCanceledException)
            {
                share.Discards = isUnwanted?.Invoke() == true;
                throw;
            }
        }
    }

    /// <summary>Throws away what has arrived of a content that nobody is fetching.</summary>
    internal void Forget(ManifestEntry file)
    {
        lock (_lock)
        {
            if (Directory.Exists(_directory) && !_underWay.ContainsKey((file.Digest, file.Size))) File.Delete(PartPath(file));
        }
    }

    /// <summary>How far the content is: whether it is being fetched here, and how many of its bytes have arrived.</summary>
    public (bool UnderWay, long FetchedBytes) ProgressOf(ManifestEntry file)
    {
        lock (_lock)
        {
            if (_underWay.TryGetValue((file.Digest, file.Size), out var slot)) return (true, slot.Fetch.FetchedBytes);
        }
        var part = new FileInfo(PartPath(file));
        return (false, part.Exists ? Math.Min(part.Length, file.Size) : 0);
    }

    /// <summary>Ends what is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] endings;
        lock (_lock)
        {
            _disposed = true;
            endings = [.. _underWay.Select(entry => entry.Value.Ending ??= Task.Run(() => EndAsync(entry.Key, entry.Value)))];
        }
        await Task.WhenAll(endings);
        _http.Dispose();
        _arrived.Dispose();
    }

    private Task Release((Sha256Digest, long) key, Slot slot, bool discard)
    {
        lock (_lock)
        {
            slot.Fetch.IsDiscarded = discard;
            if (--slot.Shares > 0) return Task.CompletedTask;
            return slot.Ending ??= Task.Run(() => EndAsync(key, slot));
        }
    }

    private async Task EndAsync((Sha256Digest, long) key, Slot slot)
    {
        await ((IAsyncDisposable)slot.Fetch).DisposeAsync();
        lock (_lock) _underWay.Remove(key);
    }

    private void Remember(Sha256Digest digest, uint crc32)
    {
        lock (_lock)
        {
            if (!_disposed) _arrived.Set(digest, crc32, new MemoryCacheEntryOptions { Size = 1 });
        }
    }

    private string PartPath(ManifestEntry file) => Path.Combine(_directory, $"{file.Digest}-{file.Size}{PartFile.Suffix}");

    private sealed class Slot(ContentFetch fetch)
    {
        public ContentFetch Fetch { get; } = fetch;

        public int Shares { get; set; }

        public Task? Ending { get; set; }
    }
}

/// <summary>A share in a fetch, which goes on while anyone has one.</summary>
public sealed class MirrorShare : IAsyncDisposable
{
    private readonly Func<bool, Task> _release;
    private bool _released;

    internal MirrorShare(ContentFetch fetch, Func<bool, Task> release) => (Fetch, _release) = (fetch, release);

    /// <summary>The fetch.</summary>
    public ContentFetch Fetch { get; }

    /// <summary>Whether what has arrived is to be thrown away, should this be the last share: nobody refers to the content any more.</summary>
    public bool Discards { get; set; }

    /// <summary>Gives the share back; with the last one the fetch ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_released) return;
        _released = true;
        await _release(Discards);
    }
}
