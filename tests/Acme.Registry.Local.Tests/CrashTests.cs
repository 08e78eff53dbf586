using System.Diagnostics;
using Acme.Registry.Artifacts;
using Acme.Registry.Local.Disk;
using Acme.Registry.Local.Sqlite;
using Acme.Registry.Maintenance;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using Acme.Storage.Conformance;
using Microsoft.Extensions.Logging.Abstractions;

namespace Acme.Registry.Local.Tests;

/// <summary>A process that works through the drivers is killed (SIGKILL) at random moments, again and again on the same data.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Rounds = 22;

    [Fact]
    public async Task Whatever_was_acknowledged_is_there_after_a_kill_and_nothing_half_written_is_visible()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"Seed {seed}");
        var random = new Random(seed);
        using var directory = new TemporaryDirectory();
        var expected = new ExpectedData();
        for (var round = 0; round < Rounds; round++)
        {
            var lines = await WorkUntilKilledAsync(directory.Path, random);
            foreach (var line in lines) expected.Hear(line);
            try
            {
                await CheckAsync(directory.Path, expected);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}, round {round}: {e.Message} The last lines: {string.Join("; ", lines.TakeLast(10))}", e);
            }
        }
        output.WriteLine($"{expected.Acknowledged} changes were acknowledged.");
        Assert.True(expected.Acknowledged > Rounds);
    }

    private static async Task<List<string>> WorkUntilKilledAsync(string directory, Random random)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in new[] { "exec", Path.Combine(AppContext.BaseDirectory, "Acme.Registry.Local.CrashChild.dll"), directory, $"{random.Next()}" })
        {
            start.ArgumentList.Add(argument);
        }
        using var child = Process.Start(start)!;
        List<string> lines = [];
        var killAfter = random.Next(1, 60);
        while (await child.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (lines.Count != killAfter) continue;
            // Somewhere inside of the change that follows.
            await Task.Delay(TimeSpan.FromMicroseconds(random.Next(8000)));
            child.Kill();
        }
        await child.WaitForExitAsync();
        Assert.True(lines.Count >= killAfter, $"The child ended by itself after {lines.Count} lines, with exit code {child.ExitCode}.");
        return lines;
    }

    private static async Task CheckAsync(string directory, ExpectedData expected)
    {
        using var blobs = new DiskBlobStore(directory, TimeProvider.System);
        await using var catalog = new SqliteCatalog(Path.Combine(directory, "catalog.db"));
        await catalog.PrepareAsync();

        var artifacts = await Samples.AllPagesAsync(50, cursor => catalog.Artifacts.ListAsync([ArtifactFilter.Everything], cursor, 50));
        var found = await Samples.AllPagesAsync(50, cursor => catalog.Artifacts.SearchAsync(SearchPattern.Parse("^card of"), cursor, 50));
        Assert.Equal(artifacts.Select(a => a.Id), found.Select(a => a.Id));
        var trail = await Samples.AllPagesAsync(1000, cursor => catalog.Audit.ListAsync(ArtifactId.Parse("audited"), cursor, 1000));
        var uses = int.MaxValue - (await catalog.Tokens.UseAsync(Sha256Digest.Of("token"u8).ToString(), DateTimeOffset.UnixEpoch)).Token!.CallsLeft;
        expected.Settle(artifacts.ToDictionary(a => a.Id.ToString(), a => a.Head.Manifest.ToString()), trail.Count, uses);
        foreach (var digest in expected.Blobs) Assert.NotNull(await blobs.FindAsync(digest));

        HashSet<Sha256Digest> reachable = [];
        foreach (var digest in artifacts.SelectMany(a => a.Revisions).Select(r => r.Manifest).Distinct())
        {
            reachable.Add(digest);
            var manifest = Manifest.Deserialize(await blobs.ReadAllBytesAsync(digest));
            reachable.UnionWith(manifest.Entries.Select(e => e.Digest));
        }
        Assert.Empty((await new Scrubber(blobs, NullLogger<Scrubber>.Instance).ScrubAsync()).Damaged);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(directory, "incoming")));

        await new GarbageCollector(catalog, blobs, TimeProvider.System, NullLogger<GarbageCollector>.Instance).CollectAsync(TimeSpan.Zero, TimeSpan.Zero);
        HashSet<Sha256Digest> left = [];
        await foreach (var blob in blobs.ListAsync()) left.Add(blob.Digest);
        Assert.Equal(reachable.Order(ByText), left.Order(ByText));
        expected.Blobs.Clear();
    }

    private static readonly Comparer<Sha256Digest> ByText = Comparer<Sha256Digest>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));

    /// <summary>What the lines of the child say must be there.</summary>
    private sealed class ExpectedData
    {
        private Dictionary<string, string> _artifacts = [];
        private int _trail;
        private int _uses;
        private string[]? _pending;

        public HashSet<Sha256Digest> Blobs { get; } = [];

        public int Acknowledged { get; private set; }

        public void Hear(string line)
        {
            var words = line.Split(' ');
            if (words[0] == "begin")
            {
                _pending = words[1..];
                return;
            }
            _pending = null;
            Acknowledged++;
            switch (words[1])
            {
                case "put": Blobs.Add(Sha256Digest.Parse(words[2])); break;
                case "publish" or "replace": _artifacts[words[2]] = words[3]; break;
                case "delete": _artifacts.Remove(words[2]); break;
                case "use": _uses++; break;
                case "audit": _trail++; break;
                case "reset":
                    _artifacts.Clear();
                    _trail = 0;
                    break;
                default: throw new InvalidOperationException($"Unknown line '{line}'.");
            }
        }

        /// <summary>Compares with what is there, for which the change under way may have been made or not, and goes on from there.</summary>
        public void Settle(Dictionary<string, string> artifacts, int trail, int uses)
        {
            switch (_pending)
            {
                case ["publish" or "replace", var id] when artifacts.TryGetValue(id, out var manifest): _artifacts[id] = manifest; break;
                case ["delete", var id] when !artifacts.ContainsKey(id): _artifacts.Remove(id); break;
                case ["reset"] when artifacts.Count == 0 && trail == 0:
                    _artifacts.Clear();
                    _trail = 0;
                    break;
                case ["audit"] when trail == _trail + 1: _trail++; break;
            }
            Assert.Equal(_artifacts.OrderBy(a => a.Key), artifacts.OrderBy(a => a.Key));
            Assert.Equal(_trail, trail);
            // To look is to use it once more.
            Assert.InRange(uses - _uses, 1, _pending is ["use"] ? 2 : 1);
            _uses = uses;
            _pending = null;
            _artifacts = artifacts;
        }
    }
}
