using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace Acme.Storage.Conformance;

/// <summary>Random histories on a blob store see what a dictionary would show.</summary>
public abstract class BlobHistoryConformance
{
    private static readonly byte[][] Contents = [.. Enumerable.Range(0, 5).Select(i => Enumerable.Repeat((byte)i, i * 200_000).ToArray())];

    protected abstract Task<StoreUnderTest<IBlobStore>> CreateAsync();

    [Fact]
    public Task Random_histories_see_what_the_model_sees() => Histories.CheckAsync(AnyStep(), 25, 25, async () =>
    {
        var store = await CreateAsync();
        return (new Context(null), new Context(store), (IAsyncDisposable)store);
    });

    private static Gen<Step<Context>> AnyStep()
    {
        var index = Gen.Choose(0, Contents.Length - 1);
        return Gen.Frequency(
            (4, from i in index select new Step<Context>($"put {i}", c => c.PutAsync(i))),
            (1, from i in index select new Step<Context>($"put {i} as another", c => c.PutWrongAsync(i))),
            (2, from i in index from spared in Gen.Elements(true, false) select new Step<Context>($"delete {i}, spared: {spared}", c => c.DeleteAsync(i, spared))),
            (2, from i in index select new Step<Context>($"find {i}", c => c.FindAsync(i))),
            (3, from i in index from a in Gen.Choose(0, 1000) from b in Gen.Choose(0, 1100) select new Step<Context>($"read {i} {a} {b}", c => c.ReadAsync(i, a, b))),
            (1, Gen.Constant(new Step<Context>("list", c => c.ListAsync()))),
            (1, Gen.Constant(new Step<Context>("reopen", c => c.ReopenAsync()))));
    }

    /// <summary>Without a store it is the model: the set of contents that are there.</summary>
    private sealed class Context(StoreUnderTest<IBlobStore>? blobs)
    {
        private readonly HashSet<int> _model = [];

        public async Task<string> PutAsync(int i)
        {
            if (blobs is null)
            {
                _model.Add(i);
                return $"{i}: {Contents[i].Length}";
            }
            var put = await blobs.Store.PutBytesAsync(Contents[i]);
            return $"{IndexOf(put.Digest)}: {put.Size}";
        }

        public async Task<string> PutWrongAsync(int i)
        {
            if (blobs is null) return nameof(DigestMismatchException);
            try
            {
                using var content = new MemoryStream(Contents[i]);
                await blobs.Store.PutAsync(content, Sha256Digest.Of("another"u8));
                return "stored";
            }
            catch (DigestMismatchException)
            {
                return nameof(DigestMismatchException);
            }
        }

        public async Task<string> DeleteAsync(int i, bool spared)
        {
            if (blobs is null) return $"{!spared && _model.Remove(i)}";
            var since = spared ? DateTimeOffset.UnixEpoch : new DateTimeOffset(2999, 1, 1, 0, 0, 0, TimeSpan.Zero);
            return $"{await blobs.Store.DeleteAsync(DigestOf(i), since)}";
        }

        public async Task<string> FindAsync(int i)
        {
            if (blobs is null) return _model.Contains(i) ? $"{Contents[i].Length}" : "nothing";
            return await blobs.Store.FindAsync(DigestOf(i)) is { } found ? $"{found.Size}" : "nothing";
        }

        public async Task<string> ReadAsync(int i, int perMilleOffset, int perMilleLength)
        {
            long offset = Contents[i].Length * (long)perMilleOffset / 1000, length = Contents[i].Length * (long)perMilleLength / 1000;
            if (blobs is null)
            {
                if (!_model.Contains(i)) return nameof(BlobNotFoundException);
                return offset + length > Contents[i].Length
                    ? nameof(ArgumentOutOfRangeException)
                    : Sha256Digest.Of(Contents[i].AsSpan((int)offset, (int)length)).ToString();
            }
            try
            {
                return Sha256Digest.Of(await blobs.Store.ReadBytesAsync(DigestOf(i), offset, length)).ToString();
            }
            catch (Exception e) when (e is BlobNotFoundException or ArgumentOutOfRangeException)
            {
                return e.GetType().Name;
            }
        }

        public async Task<string> ListAsync()
        {
            if (blobs is null) return string.Join(", ", _model.Order());
            List<int> listed = [];
            await foreach (var blob in blobs.Store.ListAsync()) listed.Add(IndexOf(blob.Digest));
            return string.Join(", ", listed.Order());
        }

        public async Task<string> ReopenAsync()
        {
            if (blobs is not null) await blobs.ReopenAsync();
            return "reopened";
        }

        private static Sha256Digest DigestOf(int i) => Sha256Digest.Of(Contents[i]);

        private static int IndexOf(Sha256Digest digest) => Array.FindIndex(Contents, c => Sha256Digest.Of(c) == digest);
    }
}
