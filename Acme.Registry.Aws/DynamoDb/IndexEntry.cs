using Acme.Registry.Artifacts;
using Acme.Registry.Search;
using Acme.Registry.Storage;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>What the process remembers of an artifact, to find it by.</summary>
internal sealed class IndexEntry
{
    private readonly byte[]? _packedCard;
    private readonly TextSignature? _signature;
    private readonly string[] _labels;

    /// <summary>Remembers an artifact.</summary>
    /// <param name="stored">The artifact.</param>
    /// <param name="packedCard">Its card as the table keeps it; nothing where it has none.</param>
    public IndexEntry(StoredArtifact stored, byte[]? packedCard)
    {
        var artifact = stored.Artifact;
        Position = ArtifactKeys.Position(artifact.Id);
        Change = stored.Change;
        Card = stored.Card;
        Name = artifact.Name;
        Type = artifact.Type;
        CreatedAt = artifact.CreatedAt.UtcTicks;
        NetScore = artifact.Rating?.NetScore;
        IsRejected = artifact.Rating is { Accepted: false };
        // Most labels are those of many artifacts.
        _labels = [.. artifact.Labels().Select(string.Intern)];
        _packedCard = packedCard;
        if (packedCard is not null) _signature = TextSignature.Of(Text(packedCard));
    }

    private IndexEntry(string position, long createdAt, string name, double? netScore)
    {
        (Position, CreatedAt, Name, NetScore) = (position, createdAt, name, netScore);
        (Change, _labels) = ("", []);
    }

    public string Position { get; }

    /// <summary>When the artifact was written that this is of.</summary>
    public string Change { get; }

    /// <summary>The nonce of its card.</summary>
    public string? Card { get; }

    public string Name { get; }

    public ArtifactType Type { get; }

    public long CreatedAt { get; }

    public double? NetScore { get; }

    public bool IsRejected { get; }

    /// <summary>A place in an order, whether there is an artifact or not.</summary>
    public static IndexEntry Probe(string position, long createdAt = 0, string name = "", double? netScore = null) => new(position, createdAt, name, netScore);

    /// <summary>The same artifact with a change that leaves the card as it was.</summary>
    public IndexEntry With(StoredArtifact stored) => new(stored, _packedCard);

    /// <summary>Whether the pattern is found in the name or the card.</summary>
    public bool Matches(SearchPattern pattern) =>
        pattern.IsFoundIn(Name) || (_packedCard is null ? pattern.IsFoundIn("") : _signature!.MayMeet(pattern.Literals) && pattern.IsFoundIn(Text(_packedCard)));

    /// <summary>Whether the conditions hold; the pattern, which costs most, is looked at last.</summary>
    public bool Meets(ArtifactQuery query) =>
        (query.Types.Count == 0 || query.Types.Contains(Type))
        && (query.MinNetScore is null || NetScore >= query.MinNetScore)
        && query.Labels.All(label => _labels.Contains(label, StringComparer.Ordinal))
        && (query.Pattern is null || Matches(query.Pattern));

    private static string Text(byte[] packed) => System.Text.Encoding.UTF8.GetString(Attributes.Unpack(packed));
}
