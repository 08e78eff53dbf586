using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Search;
using Acme.Registry.Storage;

namespace Acme.Storage.Conformance;

/// <summary>Which version a step of a history names when it saves.</summary>
public enum VersionChoice
{
    /// <summary>The current one.</summary>
    Read,

    /// <summary>That of an item that is not there yet.</summary>
    New,

    /// <summary>One that the item had before, or has still.</summary>
    Stale,
}

/// <summary>A catalog in a history. It remembers versions, which differ between drivers, so that the steps need not name them.</summary>
/// <param name="catalog">The model or the driver.</param>
/// <param name="underTest">Reopens the driver; nothing for the model.</param>
public sealed class CatalogContext(ICatalog catalog, StoreUnderTest<ICatalog>? underTest)
{
    private readonly Dictionary<string, long> _oldVersions = [];

    /// <summary>The catalog as it is open now.</summary>
    public ICatalog Catalog => underTest?.Store ?? catalog;

    public static ArtifactId IdOf(int slot) => ArtifactId.Parse($"slot-{slot}");

    public static string UrlOf(int number) => $"https://example.org/{number}";

    /// <summary>Saves an artifact; <paramref name="look"/> is what it can be browsed by.</summary>
    public async Task<string> SaveArtifactAsync(
        int slot, ArtifactType type, string name, int url, string? card, VersionChoice choice, bool late, Func<Artifact, Artifact>? look = null)
    {
        var epoch = await Catalog.GetEpochAsync() - (late ? 1 : 0);
        var artifact = Samples.Artifact(name, UrlOf(url), type, epoch, IdOf(slot)) with { CreatedAt = Samples.Noon.AddMinutes(slot / 2) };
        artifact = look?.Invoke(artifact) ?? artifact;
        var current = (await Catalog.Artifacts.FindAsync(artifact.Id))?.Version;
        return await SaveAsync($"artifact {slot}", choice, current, version => Catalog.Artifacts.SaveAsync(artifact, card, version));
    }

    /// <summary>Keeps the record of a deleted artifact.</summary>
    public async Task<string> KeepDeletedAsync(int slot, DateTimeOffset at, string user, bool late)
    {
        var artifact = Samples.Artifact($"deleted {slot}", UrlOf(slot), epoch: await Catalog.GetEpochAsync() - (late ? 1 : 0), id: IdOf(slot));
        try
        {
            await Catalog.Deleted.SaveAsync(new(artifact, at, user));
            return "kept";
        }
        catch (EpochChangedException)
        {
            return "too late";
        }
    }

    public async Task<string> FindArtifactAsync(int slot)
    {
        var found = await Catalog.Artifacts.FindAsync(IdOf(slot));
        if (found is not null) _oldVersions[$"artifact {slot}"] = found.Version;
        return Samples.Json(found?.Item);
    }

    public async Task<string> ListArtifactsAsync(ArtifactFilter[] filters, int limit) =>
        InAnyOrder(await Samples.AllPagesAsync(limit, cursor => Catalog.Artifacts.ListAsync(filters, cursor, limit)));

    public async Task<string> SearchAsync(SearchPattern pattern, int limit) =>
        InAnyOrder(await Samples.AllPagesAsync(limit, cursor => Catalog.Artifacts.SearchAsync(pattern, cursor, limit)));

    /// <summary>What is met, and in which order as far as the query says one.</summary>
    public async Task<string> BrowseAsync(ArtifactQuery query, int limit)
    {
        var met = await Samples.AllPagesAsync(limit, cursor => Catalog.Artifacts.BrowseAsync(query, cursor, limit));
        return string.Join(" ", met.Select(a => Samples.OrderKey(a, query.Order))) + "\n" + InAnyOrder(met);
    }

    public async Task<string> CountAsync()
    {
        var counts = await Catalog.Artifacts.CountAsync();
        return string.Join(" ", ArtifactTypes.All.Select(t => counts.ByType[t])) + $" {counts.Rejected}";
    }

    public async Task<string> SaveSettingAsync(string name, string value, VersionChoice choice) => await SaveAsync(
        $"setting {name}", choice, (await Catalog.Settings.FindAsync(name))?.Version, version => Catalog.Settings.SaveAsync(name, value, version));

    public async Task<string> FindSettingAsync(string name)
    {
        var found = await Catalog.Settings.FindAsync(name);
        if (found is not null) _oldVersions[$"setting {name}"] = found.Version;
        return Samples.Json(found?.Item);
    }

    public async Task<string> SaveUserAsync(User user, VersionChoice choice) => await SaveAsync(
        $"user {user.Name}", choice, (await Catalog.Users.FindAsync(user.Name))?.Version, version => Catalog.Users.SaveAsync(user, version));

    public async Task<string> FindUserAsync(string name)
    {
        var found = await Catalog.Users.FindAsync(name);
        if (found is not null) _oldVersions[$"user {name}"] = found.Version;
        return Samples.Json(found?.Item);
    }

    public async Task<string> AddTokenAsync(Token token)
    {
        // A hash is only ever given out once.
        await Catalog.Tokens.DeleteAsync(token.Hash);
        await Catalog.Tokens.AddAsync(token);
        return "added";
    }

    public async Task<string> ReopenAsync()
    {
        if (underTest is not null) await underTest.ReopenAsync();
        return "reopened";
    }

    private async Task<string> SaveAsync(string item, VersionChoice choice, long? current, Func<long, Task<long>> save)
    {
        var version = choice switch
        {
            VersionChoice.New => 0,
            VersionChoice.Stale => _oldVersions.GetValueOrDefault(item),
            _ => current ?? 0,
        };
        try
        {
            var saved = await save(version);
            return saved == current || saved == version ? "the version did not change" : "saved";
        }
        catch (DuplicateUrlException e)
        {
            return $"{nameof(DuplicateUrlException)} {e.Existing}";
        }
        catch (Exception e) when (e is VersionConflictException or EpochChangedException)
        {
            return e.GetType().Name;
        }
    }

    // The order of the listing is stable, but which one it is is the driver's business.
    private static string InAnyOrder(List<Artifact> artifacts) => string.Join("\n", artifacts.Select(Samples.Json).Order(StringComparer.Ordinal));
}
