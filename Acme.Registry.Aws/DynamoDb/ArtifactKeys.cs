using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Acme.Registry.Artifacts;
using Amazon.DynamoDBv2.Model;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>
/// The keys of artifacts and of the entries that lead to them. A listing is in the order of <see cref="Position"/>, which follows
/// from the id alone: an artifact never moves in it.
/// </summary>
internal static class ArtifactKeys
{
    /// <summary>Partitions that the artifacts of an epoch are spread over. The number is part of the data's format.</summary>
    public const int ShardCount = 8;

    // Sorts before whatever an id may go on with.
    private const char Separator = '#';
    private const char BehindSeparator = '$';

    private const string ClaimSort = "U";

    /// <summary>All of them, in the order of a listing.</summary>
    public static IReadOnlyList<int> Shards { get; } = [.. Enumerable.Range(0, ShardCount)];

    /// <summary>Where the artifact stands in a listing: its shard's digit and its id.</summary>
    public static string Position(ArtifactId id)
    {
        var hash = 2166136261u;
        foreach (var c in id.ToString()) hash = (hash ^ c) * 16777619u;
        return $"{hash % ShardCount}{id}";
    }

    /// <summary>The partition of what is kept of the deleted artifacts of one shard.</summary>
    public static string Deleted(long epoch, int shard) => $"{epoch}#D#{shard}";

    /// <summary>What is kept of a deleted artifact.</summary>
    public static ItemKey Deleted(long epoch, ArtifactId id)
    {
        var position = Position(id);
        return new(Deleted(epoch, position[0] - '0'), position[1..]);
    }

    /// <summary>The partition of one shard.</summary>
    public static string Listing(long epoch, int shard) => $"{epoch}#A#{shard}";

    /// <summary>The artifact's own item.</summary>
    public static ItemKey Artifact(long epoch, string position) => new($"{epoch}#A#{position[0]}", position[1..]);

    /// <summary>The partition of entries that lead to the artifacts of a type and name.</summary>
    public static string Names(long epoch, ArtifactType type, string name) => $"{epoch}#N#{type.Word()}#{name}";

    /// <summary>The partition of entries that lead to the artifacts of a type, in one shard.</summary>
    public static string Types(long epoch, ArtifactType type, int shard) => $"{epoch}#T#{type.Word()}#{shard}";

    /// <summary>The sort key of an entry.</summary>
    public static string Entry(string position, string nonce) => $"{position}{Separator}{nonce}";

    /// <summary>The position that an entry leads to.</summary>
    public static string PositionOf(string entry) => entry[..entry.IndexOf(Separator)];

    /// <summary>A sort key behind all entries of the position, and before those of the next.</summary>
    public static string BehindEntriesOf(string position) => position + BehindSeparator;

    /// <summary>The claim to a URL. Hashed: a URL may be longer than a key.</summary>
    public static ItemKey Claim(long epoch, ArtifactType type, string url) =>
        new($"{epoch}#U#{type.Word()}#{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url)))}", ClaimSort);

    /// <summary>Whether the key is that of a claim; those of entries and cards hold a nonce.</summary>
    public static bool IsClaim(ItemKey key) => key.Sort == ClaimSort;

    /// <summary>A card.</summary>
    public static ItemKey Card(long epoch, ArtifactId id, string nonce) => new($"{epoch}#C#{id}", nonce);
}

/// <summary>An artifact as its item holds it.</summary>
/// <param name="Artifact">The record.</param>
/// <param name="Version">Its version.</param>
/// <param name="Change">When it was written, for the search index.</param>
/// <param name="Entries">The nonce of its entries by name and type.</param>
/// <param name="Claim">The nonce of its claim to its URL.</param>
/// <param name="Card">The nonce of its card; nothing where it has none.</param>
internal sealed record StoredArtifact(Artifact Artifact, long Version, string Change, string Entries, string Claim, string? Card)
{
    private const string EntriesName = "en";
    private const string ClaimName = "cl";
    private const string CardName = "ca";

    /// <summary>What the item holds; nothing where nothing is published.</summary>
    public static StoredArtifact? Read(Item? item)
    {
        if (item is null || !item.ContainsKey(Attributes.Version)) return null;
        return new(ReadRecord(item), item.Number(Attributes.Version), item[Attributes.Change].S, item[EntriesName].S, item[ClaimName].S, item.Text(CardName));
    }

    /// <summary>The record in an item.</summary>
    public static Artifact ReadRecord(Item item) => JsonSerializer.Deserialize(Attributes.Unpack(item.Bytes(Attributes.Document)), ArtifactJson.Default.Artifact)
        ?? throw new InvalidDataException("An artifact's document is null.");

    /// <summary>The record for an item.</summary>
    /// <exception cref="ArgumentException">It is larger than an item may be.</exception>
    public static AttributeValue PackRecord(Artifact artifact)
    {
        var document = Attributes.Pack(JsonSerializer.SerializeToUtf8Bytes(artifact, ArtifactJson.Default.Artifact));
        if (document.Length > 390_000) throw new ArgumentException($"The artifact's record has {document.Length} bytes even when compressed; DynamoDB keeps 400 KB.");
        return Attributes.B(document);
    }

    /// <summary>The item.</summary>
    /// <exception cref="ArgumentException">The record is larger than an item may be.</exception>
    public Item ToItem(long epoch)
    {
        var item = ArtifactKeys.Artifact(epoch, ArtifactKeys.Position(Artifact.Id)).ToItem();
        item[Attributes.Version] = Attributes.N(Version);
        item[Attributes.Change] = Attributes.S(Change);
        item[Attributes.Document] = PackRecord(Artifact);
        item[EntriesName] = Attributes.S(Entries);
        item[ClaimName] = Attributes.S(Claim);
        if (Card is not null) item[CardName] = Attributes.S(Card);
        return item;
    }

    /// <summary>The keys of its entries by name and type.</summary>
    public IEnumerable<ItemKey> EntryKeys(long epoch)
    {
        var position = ArtifactKeys.Position(Artifact.Id);
        var entry = ArtifactKeys.Entry(position, Entries);
        yield return new(ArtifactKeys.Names(epoch, Artifact.Type, Artifact.Name), entry);
        yield return new(ArtifactKeys.Types(epoch, Artifact.Type, position[0] - '0'), entry);
    }

    /// <summary>The keys of all that hangs on it but its claim, which another may have taken over.</summary>
    public IEnumerable<ItemKey> Parts(long epoch) =>
        Card is null ? EntryKeys(epoch) : EntryKeys(epoch).Append(ArtifactKeys.Card(epoch, Artifact.Id, Card));

    /// <summary>The keys of all that hangs on it.</summary>
    public IEnumerable<ItemKey> Belongings(long epoch) => Parts(epoch).Append(ArtifactKeys.Claim(epoch, Artifact.Type, Artifact.Url));
}
