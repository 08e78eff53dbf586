namespace Acme.Registry.Local.Sqlite;

/// <summary>
/// The schema as numbered steps, each made in one transaction; <c>PRAGMA user_version</c> counts those that were made. A step that
/// was once released never changes: what comes later is a new step at the end.
/// </summary>
internal static class Migrations
{
    private static readonly Step[] Steps =
    [
        new("""
        CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO meta (key, value) VALUES ('epoch', 1), ('version', 0);

        -- Every index ends with the table's own key, seq: a scan of one index is in the order of the listing.
        CREATE TABLE artifact (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            version INTEGER NOT NULL,
            type TEXT NOT NULL,
            name TEXT NOT NULL,
            url TEXT NOT NULL,
            document TEXT NOT NULL,
            UNIQUE (type, url)
        ) STRICT;
        CREATE INDEX artifact_by_type ON artifact (type);
        CREATE INDEX artifact_by_name ON artifact (name, type);

        -- Cards are large: apart from the artifacts, so that listing does not read past them.
        CREATE TABLE card (seq INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
        CREATE VIRTUAL TABLE artifact_text USING fts5 (name, card, content = '', contentless_delete = 1, tokenize = 'trigram');

        CREATE TABLE user (
            name TEXT PRIMARY KEY,
            version INTEGER NOT NULL,
            password_hash TEXT NOT NULL,
            permissions INTEGER NOT NULL,
            stamp TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE token (
            hash TEXT PRIMARY KEY,
            user_name TEXT NOT NULL,
            stamp TEXT NOT NULL,
            expires_at INTEGER NOT NULL,
            calls_left INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX token_by_user ON token (user_name);
        CREATE INDEX token_by_expiry ON token (expires_at);

        CREATE TABLE audit (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            artifact_id TEXT NOT NULL,
            artifact_type TEXT NOT NULL,
            artifact_name TEXT NOT NULL,
            action TEXT NOT NULL,
            user_name TEXT NOT NULL,
            is_admin INTEGER NOT NULL,
            at INTEGER NOT NULL,
            address TEXT
        ) STRICT;
        CREATE INDEX audit_by_artifact ON audit (artifact_id);

        CREATE TABLE job (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            payload TEXT NOT NULL,
            due_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            owner TEXT,
            leased_until INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX job_by_due ON job (due_at, id);
        """),
        new("""
        CREATE TABLE setting (name TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

        -- A label, and how many artifacts have it.
        CREATE TABLE label (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, count INTEGER NOT NULL) STRICT;

        -- The artifacts of a label in each order.
        CREATE TABLE label_by_newest (label INTEGER NOT NULL, key INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (label, key, seq)) STRICT, WITHOUT ROWID;
        CREATE TABLE label_by_name (label INTEGER NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (label, key, seq)) STRICT, WITHOUT ROWID;
        CREATE TABLE label_by_score (label INTEGER NOT NULL, key REAL NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (label, key, seq)) STRICT, WITHOUT ROWID;

        -- The other way round: what an artifact is found by, its labels as ",1,2,3,". Apart from the artifact, whose rows are long.
        CREATE TABLE artifact_index (
            seq INTEGER PRIMARY KEY,
            created_at INTEGER NOT NULL,
            net_score REAL NOT NULL,
            name TEXT NOT NULL,
            labels TEXT NOT NULL
        ) STRICT;
        """, ArtifactIndex.Build),
        new("""
        -- Fewer labels have a range in the orders by name and by score: see ArtifactOrdering. Made anew, which takes far less time than deleting row by row.
        CREATE TABLE kept_by_name (label INTEGER NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (label, key, seq)) STRICT, WITHOUT ROWID;
        INSERT INTO kept_by_name SELECT * FROM label_by_name WHERE label IN (SELECT id FROM label WHERE text IN ('*', '*model', '*dataset', '*code'));
        DROP TABLE label_by_name;
        ALTER TABLE kept_by_name RENAME TO label_by_name;

        CREATE TABLE kept_by_score (label INTEGER NOT NULL, key REAL NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (label, key, seq)) STRICT, WITHOUT ROWID;
        INSERT INTO kept_by_score SELECT * FROM label_by_score
            WHERE label IN (SELECT id FROM label WHERE text IN ('*', '*model', '*dataset', '*code', '#verdict:accepted', '#verdict:rejected'));
        DROP TABLE label_by_score;
        ALTER TABLE kept_by_score RENAME TO label_by_score;
        """),
        new("""
        CREATE TABLE deleted_artifact (
            seq INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            deleted_at INTEGER NOT NULL,
            deleted_by TEXT NOT NULL,
            document TEXT NOT NULL
        ) STRICT;
        CREATE INDEX deleted_artifact_by_time ON deleted_artifact (deleted_at, id);
        """),
    ];

    /// <summary>A step: statements, and what is then made of the rows that are there.</summary>
    private sealed record Step(string Sql, Action<SqliteSession>? Fill = null);

    /// <summary>Makes the steps that are missing. Safe beside another process that does the same.</summary>
    /// <exception cref="InvalidOperationException">The file was made by a newer version of the program.</exception>
    public static void Apply(SqliteSession session, string path)
    {
        while (true)
        {
            session.Execute("BEGIN IMMEDIATE");
            try
            {
                var made = Convert.ToInt32(session.Scalar("PRAGMA user_version"));
                if (made > Steps.Length)
                {
                    throw new InvalidOperationException(
                        $"The catalog '{path}' has schema {made}, this program knows schemas up to {Steps.Length}. " +
                        "Start a program at least as new as the one that made it, or set Data:Directory to another directory.");
                }
                if (made == Steps.Length) return;
                session.Script(Steps[made].Sql);
                Steps[made].Fill?.Invoke(session);
                session.Script($"PRAGMA user_version = {made + 1}");
                session.Execute("COMMIT");
            }
            finally
            {
                if (session.InTransaction) session.Execute("ROLLBACK");
            }
        }
    }
}
