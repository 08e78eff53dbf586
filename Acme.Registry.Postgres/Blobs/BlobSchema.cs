namespace Acme.Registry.Postgres.Blobs;

/// <summary>The schema of the blobs.</summary>
internal static class BlobSchema
{
    /// <summary>Names it among the drivers of a database.</summary>
    public const string Driver = "blobs";

    /// <summary>Bytes in a chunk; the last of a blob may have fewer.</summary>
    public const int ChunkSize = 1024 * 1024;

    /// <summary>The steps to make it.</summary>
    public static string[] Steps { get; } =
    [
        """
        -- A content is one stored copy of the bytes of a blob, in chunks; it is never changed. What is in blob is live; what is in leftover is
        -- either still being written or no longer wanted.
        CREATE SEQUENCE blob_content AS bigint;

        CREATE TABLE blob (digest bytea PRIMARY KEY, content bigint NOT NULL, size bigint NOT NULL, put_at bigint NOT NULL);

        CREATE TABLE blob_chunk (content bigint, number int, bytes bytea NOT NULL, PRIMARY KEY (content, number));
        -- Not compressed, so that a part of a chunk is read without the rest; weights would not shrink anyway.
        ALTER TABLE blob_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;

        CREATE TABLE blob_leftover (content bigint PRIMARY KEY, since timestamptz NOT NULL);
        """,
    ];
}
