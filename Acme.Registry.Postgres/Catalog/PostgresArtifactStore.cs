using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Postgres.Database;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using Npgsql;

namespace Acme.Registry.Postgres.Catalog;

/// <summary>
/// Artifacts as JSON documents beside the few columns that are asked for. The number <c>seq</c> that a new artifact gets is the order
/// of the listing, and it is never given again.
/// </summary>
/// <remarks>
/// PostgreSQL gives numbers when they are asked for, and transactions commit in another order: a page could show number 8 while 7 is
/// still to come, and whoever goes on after 8 would never meet it. So changes to artifacts take turns: each locks the one row of
/// <c>registry</c> before it takes a number, and holds it until its commit. The same lock makes the epoch, the version and the URL that it
/// checks true until then, and keeps the counts right.
/// </remarks>
internal sealed class PostgresArtifactStore(PostgresDatabase database) : IArtifactStore
{
    private const char Listing = 'a';

    public Task<Versioned<Artifact>?> FindAsync(ArtifactId id, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => session.FirstAsync(
            ReadVersioned, "SELECT document, version FROM artifact WHERE id = @id", ("@id", id.ToString())), cancellationToken);

    public Task<Versioned<Artifact>?> FindByUrlAsync(ArtifactType type, string url, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => session.FirstAsync(
            ReadVersioned, "SELECT document, version FROM artifact WHERE type = @type AND url_digest = @url", ("@type", type.Word()), ("@url", DigestOf(url))),
            cancellationToken);

    public Task<long> SaveAsync(Artifact artifact, string? card, long ifVersion, CancellationToken cancellationToken = default)
    {
        SearchText.Check(artifact.Name, nameof(artifact));
        var id = artifact.Id.ToString();
        var newCard = card is null ? null : CardText.Cut(card);
        (string, object?)[] row =
        [
            ("@id", id), ("@type", artifact.Type.Word()), ("@name", artifact.Name), ("@url", DigestOf(artifact.Url)),
            ("@createdAt", artifact.CreatedAt.UtcTicks), ("@netScore", ArtifactPlace.ScoreOf(artifact)), ("@labels", SearchText.Labels(artifact.Labels())),
            ("@document", JsonSerializer.Serialize(artifact, ArtifactJson.Default.Artifact)),
        ];
        (string, object?)[] text =
        [
            ("@foldedName", SearchText.FoldName(artifact.Name)), ("@foldedCard", newCard is null ? null : $"\n{SearchText.Fold(newCard)}"),
            ("@content", newCard is null ? null : Encoding.UTF8.GetBytes(newCard)),
        ];

        return database.WriteAsync(async session =>
        {
            if ((long)(await session.ScalarAsync("SELECT epoch FROM registry FOR UPDATE"))! != artifact.Epoch) throw new EpochChangedException();
            var current = await session.FirstAsync(
                r => (Version: r.IsDBNull(0) ? 0 : r.GetInt64(0), Holder: r.IsDBNull(1) ? null : r.GetString(1)),
                """
                SELECT
                    (SELECT version FROM artifact WHERE id = @id),
                    (SELECT id FROM artifact WHERE type = @type AND url_digest = @url AND id <> @id)
                """, row[0], row[1], row[3]);
            if (current.Version != ifVersion)
            {
                throw ifVersion == 0 ? new VersionConflictException($"The id {id} is taken.") : Changed(artifact.Id);
            }
            if (current.Holder is { } holder) throw new DuplicateUrlException(ArtifactId.Parse(holder));

            return (long)(await session.ScalarAsync(ifVersion == 0 ? Insert : Update, [.. row, .. text]))!;
        }, cancellationToken);
    }

    public Task<bool> DeleteAsync(ArtifactId id, long? ifVersion = null, CancellationToken cancellationToken = default) => database.WriteAsync(async session =>
    {
        await session.ExecuteAsync("SELECT FROM registry FOR UPDATE");
        if (ifVersion is not null && await session.ScalarAsync("SELECT version FROM artifact WHERE id = @id", ("@id", id.ToString())) is long version && version != ifVersion)
            throw Changed(id);
        return await session.ScalarAsync(
            $"""
            WITH gone AS (DELETE FROM artifact WHERE id = @id RETURNING seq, type, labels),
                indexed AS (DELETE FROM card USING gone WHERE card.seq = gone.seq),
                text AS (DELETE FROM search_text USING gone WHERE search_text.seq = gone.seq),
                counted AS ({Count("gone", -1)})
            SELECT seq FROM gone
            """, ("@id", id.ToString())) is not null;
    }, cancellationToken);

    public Task<Page<Artifact>> ListAsync(
        IReadOnlyList<ArtifactFilter> filters, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        if (filters.Count == 0) throw new ArgumentException("A listing needs at least one filter.", nameof(filters));
        var after = Cursor.ReadNumber(Listing, cursor);
        var scans = filters.Contains(ArtifactFilter.Everything) || filters.Any(f => f is { Name: null, Types.Count: 0 }) ? null : ScansOf(filters);
        return database.ReadAsync(async session =>
        {
            var rows = await session.AllAsync(
                row => new FoundArtifact(row.GetInt64(0), ReadDocument(row, 1)),
                scans is null ? ListAll : ListSome,
                [("@after", after), ("@limit", limit + 1), .. scans ?? []]);
            return Pages.PageOf(rows, limit, found => found.Artifact, found => Cursor.After(Listing, found.Seq));
        }, cancellationToken);
    }

    public async Task<Page<Artifact>> SearchAsync(SearchPattern pattern, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = Cursor.ReadNumber(Listing, cursor);
        return Pages.PageOf(
            await ArtifactSearch.RunAsync(database, pattern, after, limit + 1, SearchPattern.TimeLimit, cancellationToken), limit,
            found => found.Artifact, found => Cursor.After(Listing, found.Seq));
    }

    public async Task<Page<Artifact>> BrowseAsync(ArtifactQuery query, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        Pages.CheckLimit(limit);
        var after = ArtifactPlace.Read(query.Order, cursor);
        return Pages.PageOf(
            await ArtifactBrowse.RunAsync(database, query, after, limit + 1, SearchPattern.TimeLimit, cancellationToken), limit,
            found => found.Artifact, found => ArtifactPlace.Of(query.Order, found.Artifact, found.Seq).ToCursor(query.Order));
    }

    public Task<ArtifactCounts> CountAsync(CancellationToken cancellationToken = default) => database.ReadAsync(async session =>
    {
        var rows = await session.AllAsync(
            row => (Type: row.GetString(0), IsRejected: row.GetBoolean(1), Count: row.GetInt64(2)), "SELECT type, rejected, count FROM artifact_count");
        return new ArtifactCounts(
            ArtifactTypes.All.ToDictionary(type => type, type => rows.Where(r => r.Type == type.Word()).Sum(r => r.Count)),
            rows.Where(r => r.IsRejected).Sum(r => r.Count));
    }, cancellationToken);

    private static VersionConflictException Changed(ArtifactId id) => new($"The artifact {id} was changed or deleted meanwhile. Read it again.");

    /// <summary>The artifact in a column of the row, read from its UTF-8.</summary>
    internal static Artifact ReadDocument(NpgsqlDataReader row, int column) =>
        JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(column), ArtifactJson.Default.Artifact)
        ?? throw new InvalidDataException("An artifact's document is null.");

    private const string ListAll = "SELECT seq, document FROM artifact WHERE seq > @after ORDER BY seq LIMIT @limit";

    // Each range of an index yields at most a page of numbers; only what is on the merged page is read.
    private const string ListSome =
        """
        SELECT seq, document
        FROM artifact JOIN (
            SELECT ranged.seq FROM unnest(@types) AS range (type) CROSS JOIN LATERAL (
                SELECT seq FROM artifact WHERE artifact.type = range.type AND seq > @after ORDER BY seq LIMIT @limit) AS ranged
            UNION
            SELECT ranged.seq FROM unnest(@names, @namedTypes) AS range (name, type) CROSS JOIN LATERAL (
                SELECT seq FROM artifact WHERE artifact.name = range.name AND artifact.type = range.type AND seq > @after ORDER BY seq LIMIT @limit) AS ranged
            ORDER BY seq LIMIT @limit
        ) AS page USING (seq)
        ORDER BY seq
        """;

    private static readonly string Insert =
        $"""
        WITH saved AS (
            INSERT INTO artifact (id, version, type, name, url_digest, created_at, net_score, labels, document)
            VALUES (@id, nextval('version_number'), @type, @name, @url, @createdAt, @netScore, @labels, @document) RETURNING seq, version, type, labels),
        indexed AS (INSERT INTO card (seq, folded) SELECT seq, @foldedName::text || coalesce(@foldedCard::text, E'\n') FROM saved),
        text AS (INSERT INTO search_text (seq, name, content) SELECT seq, @name, coalesce(@content::bytea, ''::bytea) FROM saved),
        counted AS ({Count("saved", 1)})
        SELECT version FROM saved
        """;

    // "before" sees the row as it was, as does everything else in one statement.
    private static readonly string Update =
        $"""
        WITH before AS (SELECT type, labels, name FROM artifact WHERE id = @id),
        saved AS (
            UPDATE artifact SET (version, type, name, url_digest, created_at, net_score, labels, document)
                = (nextval('version_number'), @type, @name, @url, @createdAt, @netScore, @labels, @document)
            WHERE id = @id RETURNING seq, version, type, labels),
        indexed AS (
            UPDATE card SET folded = @foldedName::text || coalesce(@foldedCard::text, substr(folded, strpos(folded, E'\n')))
            FROM saved, before WHERE card.seq = saved.seq AND (@content::bytea IS NOT NULL OR before.name <> @name)),
        text AS (
            UPDATE search_text SET name = @name, content = coalesce(@content::bytea, search_text.content)
            FROM saved, before WHERE search_text.seq = saved.seq AND (@content::bytea IS NOT NULL OR before.name <> @name)),
        changed AS (SELECT type, labels, -1 AS by FROM before UNION ALL SELECT type, labels, 1 FROM saved),
        counted AS ({Count("changed", "by")})
        SELECT version FROM saved
        """;

    private static string Count(string rows, object by) =>
        $"""
        INSERT INTO artifact_count (type, rejected, count)
        SELECT type, '{ArtifactLabel.Rejected}' = ANY (labels), sum({by}) FROM {rows} GROUP BY 1, 2
        ON CONFLICT (type, rejected) DO UPDATE SET count = artifact_count.count + excluded.count
        """;

    private static byte[] DigestOf(string url) => SHA256.HashData(Encoding.UTF8.GetBytes(url));

    private static (string, object?)[] ScansOf(IReadOnlyList<ArtifactFilter> filters)
    {
        var scans = filters
            .Where(filter => filter.Name is null || SearchText.CanBeKept(filter.Name))
            .SelectMany(filter => (filter.Types.Count == 0 ? ArtifactTypes.All : filter.Types).Select(type => (filter.Name, Type: type.Word())))
            .ToHashSet();
        var named = scans.Where(s => s.Name is not null).ToArray();
        return
        [
            ("@types", scans.Where(s => s.Name is null).Select(s => s.Type).ToArray()),
            ("@names", named.Select(s => s.Name!).ToArray()), ("@namedTypes", named.Select(s => s.Type).ToArray()),
        ];
    }

    private static Versioned<Artifact> ReadVersioned(NpgsqlDataReader row) => new(ReadDocument(row, 0), row.GetInt64(1));
}
