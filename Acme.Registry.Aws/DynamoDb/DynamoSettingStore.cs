using Acme.Registry.Storage;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>Settings as items of one partition, outside of all epochs.</summary>
internal sealed class DynamoSettingStore(DynamoTable table) : ISettingStore
{
    public async Task<Versioned<string>?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        await table.GetAsync(KeyOf(name), cancellationToken) is { } item ? new(item.UnpackText(Attributes.Document), item.Number(Attributes.Version)) : null;

    public async Task<long> SaveAsync(string name, string value, long ifVersion, CancellationToken cancellationToken = default)
    {
        ISettingStore.CheckValue(value);
        var item = KeyOf(name).ToItem();
        item[Attributes.Document] = Attributes.B(Attributes.Pack(value));
        item[Attributes.Version] = Attributes.N(Attributes.NewVersion());
        var condition = ifVersion == 0 ? Expression.IsNew : new("v = :v", (":v", Attributes.N(ifVersion)));
        if (await table.TryPutAsync(item, condition, Attributes.Version, cancellationToken)) return item.Number(Attributes.Version);
        throw new VersionConflictException($"The setting '{name}' was changed meanwhile. Read it again.");
    }

    private static ItemKey KeyOf(string name) => new("SETTINGS", name);
}
