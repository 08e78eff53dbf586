using System.Text.Json;
using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Audit;
using Acme.Registry.Jobs;
using Acme.Registry.Storage;

namespace Acme.Storage.Conformance;

/// <summary>Small valid records to work with, and ways to walk the pages of a listing.</summary>
public static class Samples
{
    /// <summary>The time at which everything here happens.</summary>
    public static DateTimeOffset Noon { get; } = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);

    public static Artifact Artifact(
        string name, string? url = null, ArtifactType type = ArtifactType.Model, long epoch = 1, ArtifactId? id = null) => new()
        {
            Id = id ?? ArtifactId.New(),
            Type = type,
            Name = name,
            Url = url ?? $"https://example.org/{Guid.NewGuid():N}",
            CreatedAt = Noon,
            CreatedBy = "ada",
            Epoch = epoch,
            Revisions = [new Revision(new string('a', 40), Sha256Digest.Of("manifest"u8), "https://example.org/one", Noon, "ada", 12345678901, 3)],
        };

    /// <summary>A rating such as a record names it.</summary>
    public static RatingReference Rating(double netScore, bool accepted = true, params string[] findings) =>
        new(Sha256Digest.Of("rating"u8), netScore, accepted, Noon, findings);

    /// <summary>The artifacts in an order of <see cref="ArtifactQuery"/>; equal ones stay as they are.</summary>
    public static IEnumerable<Artifact> InOrder(IEnumerable<Artifact> artifacts, ArtifactOrder order) => order switch
    {
        ArtifactOrder.Name => artifacts.OrderBy(a => Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(a.Name)), StringComparer.Ordinal),
        ArtifactOrder.NetScore => artifacts.OrderByDescending(a => a.Rating?.NetScore ?? double.NegativeInfinity),
        _ => artifacts.OrderByDescending(a => a.CreatedAt),
    };

    /// <summary>What an order goes by.</summary>
    public static string OrderKey(Artifact artifact, ArtifactOrder order) => order switch
    {
        ArtifactOrder.Name => artifact.Name,
        ArtifactOrder.NetScore => $"{artifact.Rating?.NetScore:R}",
        _ => $"{artifact.CreatedAt:O}",
    };

    public static User User(string name, Permissions permissions = Permissions.Search) => new()
    {
        Name = name,
        PasswordHash = $"hash of {name}",
        Permissions = permissions,
        Stamp = $"stamp of {name}",
        CreatedAt = Noon,
    };

    public static Token Token(string name, string user = "ada", int calls = 3, DateTimeOffset? expiresAt = null) =>
        new(Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(name)).ToString(), user, $"stamp of {user}", expiresAt ?? Noon.AddHours(10), calls);

    public static Job Job(string id, DateTimeOffset? dueAt = null) =>
        new() { Id = id, Kind = "mirror", Payload = """{"what":"a thing"}""", DueAt = dueAt ?? Noon };

    public static AuditEntry Entry(ArtifactId id, AuditAction action = AuditAction.Download, string user = "ada", DateTimeOffset? at = null) => new()
    {
        ArtifactId = id,
        ArtifactType = ArtifactType.Dataset,
        ArtifactName = "a name",
        Action = action,
        UserName = user,
        IsAdmin = user == "root",
        At = at ?? Noon,
        Address = user == "root" ? null : "192.0.2.7",
    };

    /// <summary>Records hold lists, which compare by reference; their JSON compares by content.</summary>
    public static string Json<T>(T value) => JsonSerializer.Serialize(value);

    /// <summary>All items of a listing, page by page; checks that no page has more than its limit and that only the last lacks a cursor.</summary>
    public static async Task<List<T>> AllPagesAsync<T>(int limit, Func<string?, Task<Page<T>>> read)
    {
        List<T> items = [];
        string? cursor = null;
        do
        {
            var page = await read(cursor);
            Assert.True(page.Items.Count <= limit, $"A page of at most {limit} has {page.Items.Count} items.");
            Assert.True(page.Next is null || page.Items.Count > 0, "An empty page says that there is more.");
            items.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);
        return items;
    }

    /// <summary>Runs the action so many times at once and returns what each came to.</summary>
    public static async Task<List<object?>> AtOnceAsync<T>(int times, Func<int, Task<T>> action)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = Enumerable.Range(0, times).Select(i => Task.Run(async () =>
        {
            await start.Task;
            try
            {
                return (object?)await action(i);
            }
            catch (Exception e) when (e is VersionConflictException or DuplicateUrlException)
            {
                return e;
            }
        })).ToList();
        start.SetResult();
        return [.. await Task.WhenAll(running)];
    }
}
