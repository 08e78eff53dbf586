using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Audit;
using Acme.Registry.Local.Disk;
using Acme.Registry.Local.Sqlite;
using Acme.Registry.Storage;

namespace Acme.Registry.Local.CrashChild;

/// <summary>Makes random changes through the drivers, one after the other, and reports each on standard output.</summary>
internal sealed class Worker
{
    private readonly SqliteCatalog _catalog;
    private readonly DiskBlobStore _blobs;
    private readonly Random _random;
    private readonly string _token;
    private readonly List<ArtifactId> _published = [];

    private Worker(SqliteCatalog catalog, DiskBlobStore blobs, Random random, string token)
    {
        _catalog = catalog;
        _blobs = blobs;
        _random = random;
        _token = token;
    }

    public static async Task<Worker> OpenAsync(string directory, Random random)
    {
        var catalog = new SqliteCatalog(Path.Combine(directory, "catalog.db"));
        await catalog.PrepareAsync();
        var token = Sha256Digest.Of("token"u8).ToString();
        // At the instant it expires no call is taken off.
        if ((await catalog.Tokens.UseAsync(token, DateTimeOffset.MaxValue)).Outcome == TokenOutcome.Unknown)
        {
            await catalog.Tokens.AddAsync(new Token(token, "ada", "stamp", DateTimeOffset.MaxValue, int.MaxValue));
        }
        var worker = new Worker(catalog, new DiskBlobStore(directory, TimeProvider.System), random, token);
        string? cursor = null;
        do
        {
            var page = await catalog.Artifacts.ListAsync([ArtifactFilter.Everything], cursor, 100);
            worker._published.AddRange(page.Items.Select(a => a.Id));
            cursor = page.Next;
        }
        while (cursor is not null);
        return worker;
    }

    public Task StepAsync() => _random.Next(100) switch
    {
        < 15 => PutAsync(),
        < 45 => PublishAsync(),
        < 60 when _published.Count > 0 => ReplaceAsync(Any()),
        < 75 when _published.Count > 0 => DeleteAsync(Any()),
        < 85 => UseTokenAsync(),
        < 95 => AuditAsync(),
        < 98 => ResetAsync(),
        _ => PublishAsync(),
    };

    private async Task PutAsync()
    {
        Say("begin put");
        Say($"done put {(await _blobs.PutBytesAsync(RandomBytes())).Digest}");
    }

    private async Task PublishAsync()
    {
        var id = ArtifactId.New();
        Say($"begin publish {id}");
        var revision = await PutRevisionAsync();
        await _catalog.Artifacts.SaveAsync(new Artifact
        {
            Id = id,
            Type = ArtifactType.Model,
            Name = $"artifact {id}",
            Url = $"https://example.org/{id}",
            CreatedAt = DateTimeOffset.UtcNow,
            CreatedBy = "ada",
            Epoch = await _catalog.GetEpochAsync(),
            Revisions = [revision],
        }, $"card of {id} {new string('x', _random.Next(20_000))}", 0);
        _published.Add(id);
        Say($"done publish {id} {revision.Manifest}");
    }

    private async Task ReplaceAsync(ArtifactId id)
    {
        Say($"begin replace {id}");
        var current = (await _catalog.Artifacts.FindAsync(id))!;
        var revision = await PutRevisionAsync();
        await _catalog.Artifacts.SaveAsync(current.Item with { Revisions = [.. current.Item.Revisions, revision] }, null, current.Version);
        Say($"done replace {id} {revision.Manifest}");
    }

    private async Task DeleteAsync(ArtifactId id)
    {
        Say($"begin delete {id}");
        await _catalog.Artifacts.DeleteAsync(id);
        _published.Remove(id);
        Say($"done delete {id}");
    }

    private async Task UseTokenAsync()
    {
        Say("begin use");
        await _catalog.Tokens.UseAsync(_token, DateTimeOffset.UnixEpoch);
        Say("done use");
    }

    private async Task AuditAsync()
    {
        Say("begin audit");
        await _catalog.Audit.AppendAsync(new AuditEntry
        {
            ArtifactId = ArtifactId.Parse("audited"),
            ArtifactType = ArtifactType.Model,
            ArtifactName = "audited",
            Action = AuditAction.Download,
            UserName = "ada",
            IsAdmin = false,
            At = DateTimeOffset.UtcNow,
        });
        Say("done audit");
    }

    private async Task ResetAsync()
    {
        Say("begin reset");
        await _catalog.ResetAsync([], [_token]);
        _published.Clear();
        Say("done reset");
    }

    private async Task<Revision> PutRevisionAsync()
    {
        var contents = Enumerable.Range(0, _random.Next(1, 5)).Select(_ => RandomBytes()).ToList();
        var put = await Task.WhenAll(contents.Select(c => _blobs.PutBytesAsync(c)));
        var manifest = new Manifest(put.Select((b, i) => new ManifestEntry($"file-{i}", b.Size, b.Digest, 0)));
        var stored = await _blobs.PutBytesAsync(manifest.Serialize());
        return new(manifest.RevisionId(), stored.Digest, "https://example.org", DateTimeOffset.UtcNow, "ada", manifest.TotalSize, manifest.Entries.Count);
    }

    private byte[] RandomBytes()
    {
        // Sizes from nothing to 2 MB, small ones more often.
        var bytes = new byte[(int)Math.Pow(2, _random.NextDouble() * 21)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private ArtifactId Any() => _published[_random.Next(_published.Count)];

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
