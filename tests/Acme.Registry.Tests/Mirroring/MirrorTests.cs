using System.IO.Hashing;
using System.IO.Pipelines;
using Acme.Registry.Artifacts;
using Acme.Registry.Local.Disk;
using Acme.Registry.Mirroring;
using Acme.Registry.Sources;
using Acme.Registry.Sources.Http;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Acme.Registry.Tests.Mirroring;

public sealed class MirrorTests : IAsyncLifetime
{
    private static readonly byte[] Content = WeightServer.Content(1_000_000);

    private readonly string _directory = Directory.CreateTempSubdirectory("acme-mirror-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private WeightServer _server = null!;
    private DiskBlobStore _blobs = null!;
    private Mirror _mirror = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await WeightServer.StartAsync();
        _blobs = new(Path.Combine(_directory, "data"), _time);
        _mirror = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await _mirror.DisposeAsync();
        await _server.DisposeAsync();
        _blobs.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Content_is_fetched_verified_and_stored_and_leaves_no_part()
    {
        var file = Announce(new(Content));
        Assert.Equal(Crc32.HashToUInt32(Content), await _mirror.ArriveAsync(file, default));
        Assert.Equal(Content, await _blobs.ReadAllBytesAsync(file.Digest));
        Assert.Empty(Parts());
        Assert.Equal(Crc32.HashToUInt32(Content), (await _mirror.FindArrivedAsync(file, default))!.Value.Crc32);
        await _blobs.DeleteAsync(file.Digest, DateTimeOffset.MaxValue);
        Assert.Null(await _mirror.FindArrivedAsync(file, default));
        await _mirror.ArriveAsync(file, default);
        Assert.Equal(Content, await _blobs.ReadAllBytesAsync(file.Digest));
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task A_broken_connection_is_taken_up_where_it_broke()
    {
        var file = Announce(new(Content) { Cuts = new([300_000, 700_000]) });
        Assert.Equal(Crc32.HashToUInt32(Content), await _mirror.ArriveAsync(file, default));
        var ranges = _server.RangesOf(file.Remote!);
        Assert.Null(ranges[0]);
        Assert.Equal(3, ranges.Count);
        Assert.All(ranges.Skip(1), range => Assert.InRange(long.Parse(range!["bytes=".Length..^1]), 1, 700_000));
        Assert.Equal(Content, await _blobs.ReadAllBytesAsync(file.Digest));
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_is_read_again_past_what_is_here()
    {
        var file = Announce(new(Content) { Cuts = new([600_000]), IgnoresRange = true });
        await _mirror.ArriveAsync(file, default);
        Assert.Equal(2, _server.RangesOf(file.Remote!).Count);
        Assert.Equal(Content, await _blobs.ReadAllBytesAsync(file.Digest));
    }

    [Fact]
    public async Task A_new_process_goes_on_where_the_last_one_ended()
    {
        var served = new ServedFile(Content) { PauseAt = 400_000 };
        var file = Announce(served);
        var share = await _mirror.JoinAsync(file, default);
        await ReadAsync(share.Fetch, 0, 400_000);
        await _mirror.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => share.Fetch.Completion);
        Assert.Equal(400_000, new FileInfo(Assert.Single(Parts())).Length);

        served.Release();
        _mirror = Open();
        Assert.Equal((false, 400_000), _mirror.ProgressOf(file));
        await _mirror.ArriveAsync(file, default);
        Assert.Equal([null, "bytes=400000-"], _server.RangesOf(file.Remote!));
        Assert.Equal(Content, await _blobs.ReadAllBytesAsync(file.Digest));
    }

    [Fact]
    public async Task A_part_that_was_damaged_is_thrown_away_and_fetched_anew()
    {
        var file = Announce(new(Content));
        await PlantPartAsync(file, new byte[500_000]);
        var failure = await Assert.ThrowsAsync<SourceException>(() => _mirror.ArriveAsync(file, default));
        Assert.True(failure.IsTransient);
        Assert.Empty(Parts());
        await _mirror.ArriveAsync(file, default);
        Assert.Equal(["bytes=500000-", null], _server.RangesOf(file.Remote!));
    }

    [Fact]
    public async Task Content_with_another_digest_is_refused_for_good_and_never_given_out_whole()
    {
        var announced = WeightServer.Content(Content.Length, seed: 2);
        var served = new ServedFile(Content) { PauseAt = 100 };
        var file = Announce(served) with { Digest = Sha256Digest.Of(announced) };
        await using var share = await _mirror.JoinAsync(file, default);
        var received = ReadAsync(share.Fetch, 0, Content.Length);
        await share.Fetch.BegunAsync(default);
        served.Release();
        var failure = await Assert.ThrowsAsync<SourceException>(() => share.Fetch.Completion);
        Assert.False(failure.IsTransient);
        Assert.Contains(file.Digest.ToString(), failure.Message);
        Assert.Contains(Sha256Digest.Of(Content).ToString(), failure.Message);
        Assert.True((await received).Length < Content.Length);
        Assert.Empty(Parts());
        Assert.Null(await _blobs.FindAsync(file.Digest));
        Assert.Null(await _blobs.FindAsync(Sha256Digest.Of(Content)));
    }

    [Theory]
    [InlineData(999_999, false)]
    [InlineData(1_000_001, false)]
    [InlineData(999_999, true)]
    public async Task A_file_of_another_size_than_announced_is_refused_for_good(int announced, bool isChunked)
    {
        var file = Announce(new(Content) { IsChunked = isChunked }) with { Size = announced };
        var failure = await Assert.ThrowsAsync<SourceException>(() => _mirror.ArriveAsync(file, default));
        Assert.False(failure.IsTransient);
        Assert.Contains($"{announced:N0}", failure.Message);
        Assert.Empty(Parts());
    }

    [Theory]
    [InlineData(404, false)]
    [InlineData(410, false)]
    [InlineData(403, false)]
    [InlineData(401, false)]
    [InlineData(400, false)]
    [InlineData(503, true)]
    [InlineData(500, true)]
    [InlineData(429, true)]
    public async Task A_refusal_is_final_or_not_as_its_status_says(int status, bool isTransient)
    {
        var file = Announce(new(Content) { Status = status });
        var failure = await Failing(_mirror.ArriveAsync(file, default));
        Assert.Equal(isTransient, failure.IsTransient);
        Assert.Contains($"{status}", failure.Message);
        Assert.Equal(isTransient ? 4 : 1, _server.RangesOf(file.Remote!).Count);
    }

    [Fact]
    public async Task A_redirect_into_the_private_network_is_refused_for_good()
    {
        var file = Announce(new(Content) { Location = "http://10.1.2.3/weights" });
        Assert.False((await Assert.ThrowsAnyAsync<SourceException>(() => _mirror.ArriveAsync(file, default))).IsTransient);
    }

    [Fact]
    public async Task Twenty_readers_share_one_request_and_all_get_the_content()
    {
        var served = new ServedFile(Content) { PauseAt = 250_000 };
        var file = Announce(served);
        var readers = Enumerable.Range(0, 20).Select(async i =>
        {
            await using var share = await _mirror.JoinAsync(file, default);
            return await ReadAsync(share.Fetch, i * 1000, Content.Length - (i * 1000));
        }).ToArray();
        await served.Paused;
        Assert.All(readers, reader => Assert.False(reader.IsCompleted));
        served.Release();
        var received = await Task.WhenAll(readers);
        for (var i = 0; i < readers.Length; i++) Assert.Equal(Content[(i * 1000)..], received[i]);
        Assert.Single(_server.RangesOf(file.Remote!));
    }

    [Fact]
    public async Task A_range_of_the_tail_waits_for_it_while_one_of_the_head_is_given_out()
    {
        var served = new ServedFile(Content) { PauseAt = 500_000 };
        var file = Announce(served);
        await using var share = await _mirror.JoinAsync(file, default);
        var tail = ReadAsync(share.Fetch, 900_000, 100_000);
        Assert.Equal(Content[100..200_000], await ReadAsync(share.Fetch, 100, 199_900));
        Assert.False(tail.IsCompleted);
        served.Release();
        Assert.Equal(Content[900_000..], await tail);
    }

    [Fact]
    public async Task Content_that_another_artifact_brought_is_not_fetched_but_put_again()
    {
        var file = Announce(new(Content));
        var before = await _blobs.PutBytesAsync(Content);
        _time.Advance(TimeSpan.FromDays(3));
        await using var share = await _mirror.JoinAsync(file, default);
        Assert.Equal(Content, await ReadAsync(share.Fetch, 0, Content.Length));
        Assert.Equal(Crc32.HashToUInt32(Content), await share.Fetch.Completion);
        Assert.Empty(_server.Requests);
        Assert.True((await _blobs.FindAsync(file.Digest))!.PutAt >= before.PutAt + TimeSpan.FromDays(3));
    }

    [Fact]
    public async Task The_fault_of_one_source_is_not_anothers()
    {
        var file = Announce(new(Content), "/good");
        var bad = Announce(new([]) { Location = "/gone" }, "/bad") with { Digest = file.Digest, Size = file.Size };
        var gone = new ServedFile(Content) { Status = 404 };
        _server.Serve("/gone", gone);
        await using (var share = await _mirror.JoinAsync(bad, default))
        {
            var arrival = _mirror.ArriveAsync(file, default);
            await Assert.ThrowsAsync<SourceException>(() => share.Fetch.Completion);
            await share.DisposeAsync();
            Assert.Equal(Crc32.HashToUInt32(Content), await arrival);
        }
    }

    [Fact]
    public async Task A_fetch_ends_with_its_last_share_and_the_next_one_goes_on()
    {
        var served = new ServedFile(Content) { PauseAt = 400_000 };
        var file = Announce(served);
        var first = await _mirror.JoinAsync(file, default);
        var second = await _mirror.JoinAsync(file, default);
        await ReadAsync(first.Fetch, 0, 400_000);
        await first.DisposeAsync();
        Assert.False(second.Fetch.Completion.IsCompleted);
        await second.DisposeAsync();
        Assert.True(second.Fetch.Completion.IsCanceled);
        served.Release();
        await _mirror.ArriveAsync(file, default);
        Assert.Equal([null, "bytes=400000-"], _server.RangesOf(file.Remote!));
    }

    [Fact]
    public async Task Parts_that_were_forgotten_are_removed_when_a_process_starts()
    {
        var file = Announce(new(Content));
        await PlantPartAsync(file, new byte[10]);
        await using (Open()) Assert.Single(Parts());
        File.SetLastWriteTimeUtc(Parts()[0], _time.GetUtcNow().UtcDateTime - TimeSpan.FromDays(8));
        await using (Open()) Assert.Empty(Parts());
    }

    private Mirror Open()
    {
        var http = new HttpClient(GuardedHttp.CreateHandler([$"{_server.Address.Host}:{_server.Address.Port}"])) { Timeout = Timeout.InfiniteTimeSpan };
        // Real time: what is awaited between attempts is short, and nobody turns the fake clock meanwhile.
        return new(_blobs, http, Options.Create(new MirrorOptions { PartDirectory = Path.Combine(_directory, "parts") }), new RealTimers(_time));
    }

    private ManifestEntry Announce(ServedFile file, string path = "/model.safetensors") =>
        new("model.safetensors", Content.Length, Sha256Digest.Of(Content), null, _server.Serve(path, file));

    private async Task PlantPartAsync(ManifestEntry file, byte[] bytes)
    {
        var parts = Directory.CreateDirectory(Path.Combine(_directory, "parts"));
        await File.WriteAllBytesAsync(Path.Combine(parts.FullName, $"{file.Digest}-{file.Size}.part"), bytes);
    }

    private string[] Parts() => Directory.Exists(Path.Combine(_directory, "parts")) ? Directory.GetFiles(Path.Combine(_directory, "parts")) : [];

    private static async Task<SourceException> Failing(Task work) => await Assert.ThrowsAsync<SourceException>(() => work);

    /// <summary>What the range gave, up to the failure of the fetch if it fails.</summary>
    private static async Task<byte[]> ReadAsync(ContentFetch fetch, long offset, long length)
    {
        using var received = new MemoryStream();
        var writer = PipeWriter.Create(received, new(leaveOpen: true));
        try
        {
            await fetch.CopyToAsync(offset, length, writer, default);
        }
        catch (SourceException)
        {
            // The caller looks at what came before it.
        }
        await writer.CompleteAsync();
        return received.ToArray();
    }

    /// <summary>The date of one clock, the timers of the system.</summary>
    private sealed class RealTimers(TimeProvider clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();
    }
}
