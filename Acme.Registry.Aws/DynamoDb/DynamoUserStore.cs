using Acme.Registry.Access;
using Acme.Registry.Storage;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>Users as items of one partition, in the order of their names.</summary>
internal sealed class DynamoUserStore(DynamoTable table, Epochs epochs) : IUserStore
{
    private const char Listing = 'u';

    /// <summary>The partition of the users, of all epochs.</summary>
    public const string Partition = "USERS";

    /// <summary>The user's item.</summary>
    public static ItemKey KeyOf(string name) => new(Partition, name);

    public async Task<Versioned<User>?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        var reading = table.GetAsync(KeyOf(name), cancellationToken);
        var state = await epochs.ReadAsync(cancellationToken);
        return await reading is { } item && state.SeesUser(item, name) ? new(item.UnpackJson<User>(), item.Number(Attributes.Version)) : null;
    }

    public async Task<long> SaveAsync(User user, long ifVersion, CancellationToken cancellationToken = default)
    {
        var state = await epochs.ReadAsync(cancellationToken);
        var there = await table.GetAsync(KeyOf(user.Name), cancellationToken);
        var isSeen = there is not null && state.SeesUser(there, user.Name);
        var version = isSeen ? there!.Number(Attributes.Version) : 0;
        if (version == ifVersion)
        {
            var item = KeyOf(user.Name).ToItem();
            item[Attributes.Document] = Attributes.B(Attributes.PackJson(user));
            item[Attributes.Version] = Attributes.N(Attributes.NewVersion());
            item[Attributes.Epoch] = Attributes.N(state.Number);
            // One that a reset has put out of sight may be in the way, and may be cleared away any moment.
            var condition = there is null ? Expression.IsNew : new(isSeen ? "v = :v" : "attribute_not_exists(pk) OR v = :v", (":v", there[Attributes.Version]));
            if (await table.TryPutAsync(item, condition, Attributes.Version, cancellationToken)) return item.Number(Attributes.Version);
        }
        throw new VersionConflictException(ifVersion == 0
            ? $"The user '{user.Name}' exists already."
            : $"The user '{user.Name}' was changed or deleted meanwhile. Read it again.");
    }

    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        var state = await epochs.ReadAsync(cancellationToken);
        var there = await table.GetAsync(KeyOf(name), cancellationToken);
        var isGone = await table.TryDeleteAsync(KeyOf(name), Expression.Exists, cancellationToken);
        await foreach (var entry in table.QueryAsync(DynamoTokenStore.OfUser(name), null, 100, cancellationToken))
        {
            await table.DeleteAsync(DynamoTokenStore.KeyOf(entry[Attributes.Sort].S), cancellationToken);
            await table.DeleteAsync(new(DynamoTokenStore.OfUser(name), entry[Attributes.Sort].S), cancellationToken);
        }
        return isGone && there is not null && state.SeesUser(there, name);
    }

    public async Task<Page<User>> ListAsync(string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = DynamoTable.ReadSortKey(Listing, cursor);
        var state = await epochs.ReadAsync(cancellationToken);
        List<User> users = [];
        await foreach (var item in table.QueryAsync(Partition, after, limit + 1, cancellationToken))
        {
            if (state.SeesUser(item, item[Attributes.Sort].S)) users.Add(item.UnpackJson<User>());
            if (users.Count > limit) break;
        }
        return Pages.PageOf(users, limit, u => u, u => Cursor.After(Listing, u.Name));
    }
}
