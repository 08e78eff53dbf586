namespace Acme.Registry.Postgres.Catalog;

/// <summary>The schema of the catalog.</summary>
internal static class CatalogSchema
{
    /// <summary>Names it among the drivers of a database.</summary>
    public const string Driver = "catalog";

    /// <summary>So many artifacts in a row of the listing are one block of the text index (2048, as a power of two).</summary>
    public const int BlockBits = 11;

    /// <summary>So many are one region of it (32,768), as a power of two.</summary>
    public const int RegionBits = 15;

    /// <summary>The steps to make it. Texts compare by their bytes (collation "C"), which is the ordinal order of their code points.</summary>
    public static string[] Steps { get; } =
    [
        $"""
        -- Both are part of PostgreSQL's own distribution and trusted: the owner of the database may add them.
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE EXTENSION IF NOT EXISTS btree_gin;

        -- One row. Whoever changes artifacts locks it first, until the commit.
        CREATE TABLE registry (epoch bigint NOT NULL);
        INSERT INTO registry (epoch) VALUES (1);
        CREATE SEQUENCE version_number;

        CREATE TABLE artifact (
            seq bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
            id text COLLATE "C" NOT NULL UNIQUE,
            version bigint NOT NULL,
            type text COLLATE "C" NOT NULL,
            name text COLLATE "C" NOT NULL,
            -- SHA-256 of the URL: an index takes no more than 2,700 bytes, a URL may have more.
            url_digest bytea NOT NULL,
            created_at bigint NOT NULL,
            net_score double precision NOT NULL,
            labels text[] COLLATE "C" NOT NULL,
            document text NOT NULL,
            UNIQUE (type, url_digest)
        );
        -- Each ends with the order of a listing, so that a page is a range of an index.
        CREATE INDEX artifact_by_type ON artifact (type, seq);
        CREATE INDEX artifact_by_name ON artifact (name, type, seq);
        CREATE INDEX artifact_by_newest ON artifact (created_at, seq);
        CREATE INDEX artifact_by_score ON artifact (net_score, seq);
        CREATE INDEX artifact_by_label ON artifact USING gin (labels);

        -- How many artifacts have which type and verdict: counting them anew would read them all.
        CREATE TABLE artifact_count (type text COLLATE "C", rejected boolean, count bigint NOT NULL, PRIMARY KEY (type, rejected));

        -- Cards are large: apart from the artifacts, so that listing does not read past them. The card is kept as it came, in UTF-8 (text
        -- cannot hold a NUL), to be matched; "folded" holds name, line break and card for the index. Only ASCII digits and letters of
        -- either case, and what the database's locale takes for letters, form trigrams; the condition itself (LIKE) is checked on "folded".
        CREATE TABLE card (
            seq bigint PRIMARY KEY,
            block int GENERATED ALWAYS AS ((seq >> {BlockBits})::int) STORED,
            folded text COLLATE "C" NOT NULL,
            content bytea NOT NULL
        );
        -- Without a list of pending entries: every search would have to walk it, once per block.
        CREATE INDEX card_text ON card USING gin (block, folded gin_trgm_ops) WITH (fastupdate = off);
        ALTER TABLE card ALTER COLUMN block SET STATISTICS 1000;

        CREATE TABLE registered_user (
            name text COLLATE "C" PRIMARY KEY,
            version bigint NOT NULL,
            password_hash text NOT NULL,
            permissions int NOT NULL,
            stamp text NOT NULL,
            created_at bigint NOT NULL
        );

        CREATE TABLE token (
            hash text COLLATE "C" PRIMARY KEY,
            user_name text COLLATE "C" NOT NULL,
            stamp text NOT NULL,
            expires_at bigint NOT NULL,
            calls_left int NOT NULL
        -- Room on each page for the next state of its tokens: a use changes no index.
        ) WITH (fillfactor = 70);
        CREATE INDEX token_by_user ON token (user_name);
        CREATE INDEX token_by_expiry ON token (expires_at);

        CREATE TABLE audit (
            seq bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
            -- Made by the caller: an entry whose commit was not answered is sent again and kept once.
            entry uuid NOT NULL UNIQUE,
            artifact_id text COLLATE "C" NOT NULL,
            artifact_type text NOT NULL,
            artifact_name text NOT NULL,
            action text NOT NULL,
            user_name text NOT NULL,
            is_admin boolean NOT NULL,
            at bigint NOT NULL,
            address text
        );
        CREATE INDEX audit_by_artifact ON audit (artifact_id, seq);

        CREATE TABLE job (
            id text COLLATE "C" PRIMARY KEY,
            kind text NOT NULL,
            payload text NOT NULL,
            due_at bigint NOT NULL,
            attempts int NOT NULL,
            owner text,
            leased_until bigint NOT NULL
        );
        CREATE INDEX job_by_due ON job (due_at, id);

        CREATE TABLE setting (name text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, value bytea NOT NULL);
        """,
        $"""
        -- What a pattern is matched with, apart from all that it is not: a pattern without a literal walks this table and no other.
        CREATE TABLE search_text (
            seq bigint PRIMARY KEY,
            name text COLLATE "C" NOT NULL,
            content bytea NOT NULL
        -- A text of up to 8 KB stands in its row as it came. To find it out of line and unpack it took longer than all the rest of a search.
        ) WITH (toast_tuple_target = 8160);
        ALTER TABLE search_text ALTER COLUMN content SET STORAGE EXTERNAL;
        -- Together with nothing it is a value of its own, no longer compressed.
        INSERT INTO search_text SELECT seq, artifact.name, card.content || ''::bytea FROM artifact JOIN card USING (seq) ORDER BY seq;

        -- The same for what the index is of, which is compared with the literal wherever its trigrams are.
        CREATE TABLE indexed_card (
            seq bigint PRIMARY KEY,
            block int GENERATED ALWAYS AS ((seq >> {BlockBits})::int) STORED,
            region int GENERATED ALWAYS AS ((seq >> {RegionBits})::int) STORED,
            folded text COLLATE "C" NOT NULL
        ) WITH (toast_tuple_target = 8160);
        ALTER TABLE indexed_card ALTER COLUMN folded SET STORAGE EXTERNAL;
        ALTER TABLE indexed_card ALTER COLUMN block SET STATISTICS 1000;
        ALTER TABLE indexed_card ALTER COLUMN region SET STATISTICS 1000;
        INSERT INTO indexed_card (seq, folded) SELECT seq, folded || '' FROM card ORDER BY seq;
        DROP TABLE card;
        ALTER TABLE indexed_card RENAME TO card;
        ALTER INDEX indexed_card_pkey RENAME TO card_pkey;
        -- Each question reads a page at least of each trigram's list over the whole catalog: where the first blocks did not fill the page, the
        -- rest is asked in larger pieces.
        CREATE INDEX card_text ON card USING gin (block, region, folded gin_trgm_ops) WITH (fastupdate = off);
        """,
        """
        CREATE TABLE deleted_artifact (
            id text COLLATE "C" PRIMARY KEY,
            deleted_at bigint NOT NULL,
            deleted_by text NOT NULL,
            document text NOT NULL
        );
        CREATE INDEX deleted_artifact_by_time ON deleted_artifact (deleted_at, id);
        """,
    ];
}
