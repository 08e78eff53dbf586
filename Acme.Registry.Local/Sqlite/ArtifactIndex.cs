using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Local.Sqlite;

/// <summary>
/// What browsing stands on: for every label a table range, and how many artifacts have the label. Being there at all and being of a type are
/// labels too, so that every browse is a walk along one range, and every count a row. Which labels have a range in which order, <see cref="ArtifactOrdering.Ranges"/> says.
/// </summary>
internal static class ArtifactIndex
{
    /// <summary>The label that every artifact has.</summary>
    public const string Everything = "*";

    /// <summary>The label of a type.</summary>
    public static string OfType(ArtifactType type) => $"*{type.Word()}";

    /// <summary>A label of <see cref="Artifact.Labels"/>, told apart from those that only stand in the index.</summary>
    public static string Of(string label) => $"#{label}";

    /// <summary>Indexes an artifact, in place of how it was indexed before.</summary>
    public static void Put(SqliteSession session, long seq, Artifact artifact)
    {
        var texts = JsonSerializer.Serialize<string[]>([Everything, OfType(artifact.Type), .. artifact.Labels().Select(Of)]);
        session.Execute("INSERT OR IGNORE INTO label (text, count) SELECT value, 0 FROM json_each(@texts)", ("@texts", texts));
        var labels = session.All(
            row => row.GetInt64(0), "SELECT label.id FROM json_each(@texts) CROSS JOIN label ON label.text = value ORDER BY label.id", ("@texts", texts));
        var now = new Entry(artifact.CreatedAt.UtcTicks, ArtifactPlace.ScoreOf(artifact), artifact.Name, labels);
        Change(session, seq, Find(session, seq), now);
        session.Execute(
            "INSERT OR REPLACE INTO artifact_index (seq, created_at, net_score, name, labels) VALUES (@seq, @createdAt, @netScore, @name, @labels)",
            ("@seq", seq), ("@createdAt", now.CreatedAt), ("@netScore", now.NetScore), ("@name", now.Name), ("@labels", Join(labels)));
    }

    /// <summary>Takes an artifact out of the index.</summary>
    public static void Remove(SqliteSession session, long seq)
    {
        Change(session, seq, Find(session, seq), null);
        session.Execute("DELETE FROM artifact_index WHERE seq = @seq", ("@seq", seq));
    }

    /// <summary>Empties the index.</summary>
    public static void Clear(SqliteSession session)
    {
        foreach (var ordering in ArtifactOrdering.All) session.Execute($"DELETE FROM {ordering.Table}");
        session.Execute("DELETE FROM artifact_index");
        session.Execute("DELETE FROM label");
    }

    /// <summary>Indexes all that is there, for a catalog from before there was an index.</summary>
    public static void Build(SqliteSession session)
    {
        var seq = 0L;
        while (session.First(
            row => new FoundArtifact(row.GetInt64(0), SqliteArtifactStore.ReadDocument(row, 1)),
            "SELECT seq, document FROM artifact WHERE seq > @after ORDER BY seq LIMIT 1", ("@after", seq)) is { } next)
        {
            Put(session, next.Seq, next.Artifact);
            seq = next.Seq;
        }
    }

    /// <summary>How many artifacts have the label.</summary>
    public static (long Id, long Count) Count(SqliteSession session, string label) => session.First(
        row => (row.GetInt64(0), row.GetInt64(1)), "SELECT id, count FROM label WHERE text = @text", ("@text", label));

    /// <summary>What is looked for in <c>artifact_index.labels</c> to see whether the label is among them.</summary>
    public static string Mark(long label) => $",{label},";

    private static string Join(IEnumerable<long> labels) => $",{string.Join(',', labels)},";

    private static Entry? Find(SqliteSession session, long seq) => session.First(
        row => new Entry(row.GetInt64(0), row.GetDouble(1), row.GetString(2), [.. row.GetString(3).Trim(',').Split(',').Select(long.Parse)]),
        "SELECT created_at, net_score, name, labels FROM artifact_index WHERE seq = @seq", ("@seq", seq));

    private static void Change(SqliteSession session, long seq, Entry? before, Entry? now)
    {
        var gone = before is null ? [] : before.Labels.Except(now?.Labels ?? []).ToList();
        var added = now is null ? [] : now.Labels.Except(before?.Labels ?? []).ToList();
        foreach (var ordering in ArtifactOrdering.All)
        {
            var moved = before is not null && now is not null && !before.Key(ordering).Equals(now.Key(ordering));
            Rows($"DELETE FROM {ordering.Table} WHERE label IN (SELECT value FROM json_each(@labels)) AND key = @key AND seq = @seq", before?.Key(ordering), moved ? before!.Labels : gone);
            Rows($"INSERT INTO {ordering.Table} (label, key, seq) SELECT label.id, @key, @seq FROM json_each(@labels) CROSS JOIN label ON label.id = value WHERE {ordering.HasRangeSql}", now?.Key(ordering), moved ? now!.Labels : added);
        }
        Count("UPDATE label SET count = count + 1 WHERE id IN (SELECT value FROM json_each(@labels))", added);
        Count("UPDATE label SET count = count - 1 WHERE id IN (SELECT value FROM json_each(@labels))", gone);
        Count("DELETE FROM label WHERE count = 0 AND id IN (SELECT value FROM json_each(@labels))", gone);

        void Rows(string sql, object? key, IReadOnlyCollection<long> labels)
        {
            if (labels.Count > 0) session.Execute(sql, ("@seq", seq), ("@key", key), ("@labels", JsonSerializer.Serialize(labels)));
        }

        void Count(string sql, IReadOnlyCollection<long> labels)
        {
            if (labels.Count > 0) session.Execute(sql, ("@labels", JsonSerializer.Serialize(labels)));
        }
    }

    /// <summary>How an artifact is indexed.</summary>
    private sealed record Entry(long CreatedAt, double NetScore, string Name, IReadOnlyList<long> Labels)
    {
        public object Key(ArtifactOrdering ordering) => ordering.Column switch
        {
            "created_at" => CreatedAt,
            "name" => Name,
            _ => NetScore,
        };
    }
}
