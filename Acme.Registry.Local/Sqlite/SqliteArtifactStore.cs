using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Acme.Registry.Local.Sqlite;

/// <summary>
/// Artifacts as JSON documents beside the few columns that are asked for. The number <c>seq</c> that a new artifact gets is the order
/// of the listing; it is never given again, and there is one writer, so that nothing appears before what was listed.
/// </summary>
internal sealed class SqliteArtifactStore(SqliteCatalog catalog) : IArtifactStore
{
    private const char Listing = 'a';

    private readonly DecodedArtifacts _decoded = new();
    private readonly FoundArtifacts _found = new();

    public Task<Versioned<Artifact>?> FindAsync(ArtifactId id, CancellationToken cancellationToken = default)
    {
        // Read before the row: should a commit come between them, what is found is kept as older than it is.
        var commits = catalog.Writer.Commits;
        return _found.Recall(id, commits) ?? _found.Keep(id, commits, catalog.Readers.ReadRowAsync(session => session.First(
            ReadVersioned, "SELECT document, version FROM artifact WHERE id = @id", ("@id", id.ToString())), cancellationToken));
    }

    public Task<Versioned<Artifact>?> FindByUrlAsync(ArtifactType type, string url, CancellationToken cancellationToken = default) =>
        catalog.Readers.ReadRowAsync(session => session.First(
            ReadVersioned, "SELECT document, version FROM artifact WHERE type = @type AND url = @url", ("@type", type.Word()), ("@url", url)), cancellationToken);

    public Task<long> SaveAsync(Artifact artifact, string? card, long ifVersion, CancellationToken cancellationToken = default)
    {
        var id = artifact.Id.ToString();
        var type = artifact.Type.Word();
        var document = JsonSerializer.Serialize(artifact, ArtifactJson.Default.Artifact);
        var newCard = card is null ? null : CardText.Cut(card);

        return catalog.Writer.WriteAsync(Durability.Machine, session =>
        {
            if (SqliteCatalog.Epoch(session) != artifact.Epoch) throw new EpochChangedException();

            // All zero and null where there is no such artifact.
            var current = session.First(
                row => (Seq: row.GetInt64(0), Version: row.GetInt64(1), Name: row.GetString(2)),
                "SELECT seq, version, name FROM artifact WHERE id = @id", ("@id", id));
            if (current.Version != ifVersion)
            {
                throw ifVersion == 0 ? new VersionConflictException($"The id {id} is taken.") : Changed(artifact.Id);
            }
            if (session.Scalar("SELECT id FROM artifact WHERE type = @type AND url = @url AND id <> @id", ("@type", type), ("@url", artifact.Url), ("@id", id))
                is string holder)
            {
                throw new DuplicateUrlException(ArtifactId.Parse(holder));
            }

            var version = SqliteCatalog.NextVersion(session);
            if (ifVersion == 0)
            {
                var seq = (long)session.Scalar(
                    "INSERT INTO artifact (id, version, type, name, url, document) VALUES (@id, @version, @type, @name, @url, @document) RETURNING seq",
                    ("@id", id), ("@version", version), ("@type", type), ("@name", artifact.Name), ("@url", artifact.Url), ("@document", document))!;
                TextIndex.Put(session, seq, artifact.Name, newCard ?? "");
                ArtifactIndex.Put(session, seq, artifact);
            }
            else
            {
                session.Execute(
                    "UPDATE artifact SET version = @version, type = @type, name = @name, url = @url, document = @document WHERE seq = @seq",
                    ("@seq", current.Seq), ("@version", version), ("@type", type), ("@name", artifact.Name), ("@url", artifact.Url), ("@document", document));
                ArtifactIndex.Put(session, current.Seq, artifact);
                if (newCard is not null || artifact.Name != current.Name)
                {
                    TextIndex.Put(session, current.Seq, artifact.Name, newCard ?? TextIndex.CardOf(session, current.Seq));
                }
            }
            return version;
        }, cancellationToken);
    }

    public Task<bool> DeleteAsync(ArtifactId id, long? ifVersion = null, CancellationToken cancellationToken = default) =>
        catalog.Writer.WriteAsync(Durability.Machine, session =>
        {
            if (ifVersion is not null && session.Scalar("SELECT version FROM artifact WHERE id = @id", ("@id", id.ToString())) is long version && version != ifVersion)
                throw Changed(id);
            if (session.Scalar("DELETE FROM artifact WHERE id = @id RETURNING seq", ("@id", id.ToString())) is not long seq) return false;
            TextIndex.Remove(session, seq);
            ArtifactIndex.Remove(session, seq);
            return true;
        }, cancellationToken);

    public Task<Page<Artifact>> ListAsync(
        IReadOnlyList<ArtifactFilter> filters, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        if (filters.Count == 0) throw new ArgumentException("A listing needs at least one filter.", nameof(filters));
        var scans = ScansFor(filters);
        var after = Cursor.ReadNumber(Listing, cursor);

        return catalog.Readers.ReadSnapshotAsync(session =>
        {
            // Each scan yields at most a page of numbers, from an index alone; only what is on the merged page is read, in one statement.
            SortedSet<long> merged = [];
            foreach (var scan in scans)
            {
                cancellationToken.ThrowIfCancellationRequested();
                merged.UnionWith(scan.Run(session, after, limit + 1));
            }
            return Pages.PageOf(_decoded.ReadAll(session, merged.Take(limit + 1)), limit, found => found.Artifact, found => Cursor.After(Listing, found.Seq));
        }, cancellationToken);
    }

    public Task<Page<Artifact>> SearchAsync(SearchPattern pattern, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = Cursor.ReadNumber(Listing, cursor);
        return catalog.Readers.ReadSnapshotAsync(session => Pages.PageOf(
            ArtifactSearch.Run(session, _decoded, pattern, after, limit + 1, SearchPattern.TimeLimit, cancellationToken), limit,
            found => found.Artifact, found => Cursor.After(Listing, found.Seq)), cancellationToken);
    }

    public Task<Page<Artifact>> BrowseAsync(ArtifactQuery query, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = ArtifactPlace.Read(query.Order, cursor);
        return catalog.Readers.ReadSnapshotAsync(session => Pages.PageOf(
            ArtifactBrowse.Run(session, _decoded, query, after, limit + 1, SearchPattern.TimeLimit, cancellationToken), limit,
            found => found.Artifact, found => ArtifactPlace.Of(query.Order, found.Artifact, found.Seq).ToCursor(query.Order)), cancellationToken);
    }

    public Task<ArtifactCounts> CountAsync(CancellationToken cancellationToken = default) =>
        catalog.Readers.ReadSnapshotAsync(session => new ArtifactCounts(
            ArtifactTypes.All.ToDictionary(type => type, type => ArtifactIndex.Count(session, ArtifactIndex.OfType(type)).Count),
            ArtifactIndex.Count(session, ArtifactIndex.Of(ArtifactLabel.Rejected)).Count), cancellationToken);

    private static VersionConflictException Changed(ArtifactId id) => new($"The artifact {id} was changed or deleted meanwhile. Read it again.");

    private static HashSet<Scan> ScansFor(IReadOnlyList<ArtifactFilter> filters)
    {
        HashSet<Scan> scans = [];
        foreach (var filter in filters)
        {
            if (filter is { Name: null, Types.Count: 0 }) return [new(null, null)];
            foreach (var type in filter.Types.Count == 0 ? ArtifactTypes.All : filter.Types) scans.Add(new(filter.Name, type.Word()));
        }
        return scans;
    }

    /// <summary>The artifact in a column of the row, read where SQLite has it: a page of a listing is a thousand of them.</summary>
    internal static Artifact ReadDocument(SqliteDataReader row, int column) =>
        JsonSerializer.Deserialize(raw.sqlite3_column_blob(row.Handle, column), ArtifactJson.Default.Artifact)
        ?? throw new InvalidDataException("An artifact's document is null.");

    private Versioned<Artifact> ReadVersioned(SqliteDataReader row) => _decoded.Read(row, 0, 1);

    /// <summary>One range of one index, in the order of the listing.</summary>
    private sealed record Scan(string? Name, string? Type)
    {
        public List<long> Run(SqliteSession session, long after, int limit) => (Name, Type) switch
        {
            (null, null) => session.All(
                Seq, "SELECT seq FROM artifact WHERE seq > @after ORDER BY seq LIMIT @limit", ("@after", after), ("@limit", limit)),
            (null, _) => session.All(
                Seq, "SELECT seq FROM artifact WHERE type = @type AND seq > @after ORDER BY seq LIMIT @limit",
                ("@type", Type), ("@after", after), ("@limit", limit)),
            _ => session.All(
                Seq, "SELECT seq FROM artifact WHERE name = @name AND type = @type AND seq > @after ORDER BY seq LIMIT @limit",
                ("@name", Name), ("@type", Type), ("@after", after), ("@limit", limit)),
        };

        private static long Seq(SqliteDataReader row) => row.GetInt64(0);
    }
}
