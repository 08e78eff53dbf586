using Acme.Registry.Artifacts;
using Acme.Registry.Search;

namespace Acme.Registry.Local.Sqlite;

/// <summary>An artifact that a listing or a search found.</summary>
/// <param name="Seq">Its place in the order of the listing.</param>
/// <param name="Artifact">The artifact.</param>
internal sealed record FoundArtifact(long Seq, Artifact Artifact);

/// <summary>
/// Walks candidates in the order of the listing and stops when the page is full, so that a literal which nearly every artifact has
/// costs no more than a rare one.
/// </summary>
internal static class ArtifactSearch
{
    private const string Indexed = """
        SELECT artifact_text.rowid, artifact_index.name, card.text
        FROM artifact_text CROSS JOIN artifact_index ON artifact_index.seq = artifact_text.rowid CROSS JOIN card ON card.seq = artifact_text.rowid
        WHERE artifact_text MATCH @match AND artifact_text.rowid > @after
        ORDER BY artifact_text.rowid
        """;

    private const string Unindexed = """
        SELECT artifact_index.seq, artifact_index.name, card.text
        FROM artifact_index CROSS JOIN card ON card.seq = artifact_index.seq
        WHERE artifact_index.seq > @after
        ORDER BY artifact_index.seq
        """;

    /// <summary>The first artifacts after a place whose name or card the pattern is found in.</summary>
    /// <exception cref="SearchTimeoutException">It took longer than the time limit in all.</exception>
    public static List<FoundArtifact> Run(
        SqliteSession session, DecodedArtifacts decoded, SearchPattern pattern, long after, int limit, TimeSpan timeLimit, CancellationToken cancellationToken) =>
        TimeLimited.Run(session, timeLimit, check => Walk(session, decoded, pattern, after, limit, check), cancellationToken);

    private static List<FoundArtifact> Walk(SqliteSession session, DecodedArtifacts decoded, SearchPattern pattern, long after, int limit, Action check)
    {
        var match = TextIndex.Expression(pattern.Literals);
        List<long> found = [];
        var text = new TextColumn();
        var command = match is null
            ? session.Command(Unindexed, ("@after", after))
            : session.Command(Indexed, ("@match", match), ("@after", after));
        using (var candidates = command.ExecuteReader())
        {
            while (found.Count < limit && candidates.Read())
            {
                check();
                if (pattern.IsFoundIn(text.Read(candidates, 1)) || pattern.IsFoundIn(text.Read(candidates, 2))) found.Add(candidates.GetInt64(0));
            }
        }
        // Their rows are long: not read past, only for what was found.
        return decoded.ReadAll(session, found);
    }
}
