using System.Text.Json;
using Acme.Registry.Storage;
using Microsoft.Data.Sqlite;

namespace Acme.Registry.Local.Sqlite;

/// <summary>The catalog in one SQLite file, in write-ahead-log mode: one writer with group commit, many readers. The file is one process's at a time.</summary>
public sealed class SqliteCatalog : ICatalog, IAsyncDisposable, IDisposable
{
    private readonly string _path;
    private readonly SqliteReaders _readers;
    private readonly SemaphoreSlim _preparing = new(1);
    private DataDirectoryLock? _lock;
    private SqliteWriter? _writer;

    /// <summary>Names the file; <see cref="PrepareAsync"/> opens it.</summary>
    /// <param name="path">The database file. Its directory is made if need be.</param>
    public SqliteCatalog(string path)
    {
        _path = Path.GetFullPath(path);
        _readers = new(_path);
        Artifacts = new SqliteArtifactStore(this);
        Users = new SqliteUserStore(this);
        Tokens = new SqliteTokenStore(this);
        Audit = new SqliteAuditLog(this);
        Jobs = new SqliteJobQueue(this);
        Deleted = new SqliteDeletedArtifactStore(this);
        Settings = new SqliteSettingStore(this);
    }

    /// <inheritdoc/>
    public IArtifactStore Artifacts { get; }

    /// <inheritdoc/>
    public IUserStore Users { get; }

    /// <inheritdoc/>
    public ITokenStore Tokens { get; }

    /// <inheritdoc/>
    public IAuditLog Audit { get; }

    /// <inheritdoc/>
    public IJobQueue Jobs { get; }

    /// <inheritdoc/>
    public IDeletedArtifactStore Deleted { get; }

    /// <inheritdoc/>
    public ISettingStore Settings { get; }

    /// <summary>The reading sessions.</summary>
    internal SqliteReaders Readers => _writer is null ? throw NotPrepared() : _readers;

    /// <summary>The writer.</summary>
    internal SqliteWriter Writer => _writer ?? throw NotPrepared();

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The file was made by a newer version of the program.</exception>
    /// <exception cref="IOException">The file cannot be used, or another process has it; the message says what to do.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken = default)
    {
        await _preparing.WaitAsync(cancellationToken);
        try
        {
            _writer ??= await Task.Run(Open, cancellationToken);
        }
        finally
        {
            _preparing.Release();
        }
    }

    /// <inheritdoc/>
    public Task<long> GetEpochAsync(CancellationToken cancellationToken = default) => Readers.ReadRowAsync(Epoch, cancellationToken);

    /// <inheritdoc/>
    public Task ResetAsync(
        IReadOnlyCollection<string> keepUsers, IReadOnlyCollection<string> keepTokens, CancellationToken cancellationToken = default) =>
        Writer.WriteAsync(Durability.Machine, session =>
        {
            // Without a condition SQLite drops all pages of a table at once; likewise 'delete-all' of the text index.
            session.Execute("DELETE FROM artifact");
            session.Execute("DELETE FROM card");
            session.Execute("INSERT INTO artifact_text (artifact_text) VALUES ('delete-all')");
            ArtifactIndex.Clear(session);
            session.Execute("DELETE FROM deleted_artifact");
            session.Execute("DELETE FROM audit");
            session.Execute("DELETE FROM job");
            session.Execute("DELETE FROM user WHERE name NOT IN (SELECT value FROM json_each(@keep))", ("@keep", JsonSerializer.Serialize(keepUsers)));
            session.Execute("DELETE FROM token WHERE hash NOT IN (SELECT value FROM json_each(@keep))", ("@keep", JsonSerializer.Serialize(keepTokens)));
            return session.Execute("UPDATE meta SET value = value + 1 WHERE key = 'epoch'");
        }, cancellationToken);

    /// <summary>Makes the changes that are waiting, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        // The writer last: SQLite folds the log into the file when the last connection closes.
        _readers.Dispose();
        if (_writer is not null) await _writer.DisposeAsync();
        _lock?.Dispose();
        _preparing.Dispose();
    }

    /// <summary>As <see cref="DisposeAsync"/>, for owners that cannot wait asynchronously.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>The current epoch, as the session sees it.</summary>
    internal static long Epoch(SqliteSession session) => (long)session.Scalar("SELECT value FROM meta WHERE key = 'epoch'")!;

    /// <summary>A version number that no item of this catalog has had.</summary>
    internal static long NextVersion(SqliteSession session) =>
        (long)session.Scalar("UPDATE meta SET value = value + 1 WHERE key = 'version' RETURNING value")!;

    private static InvalidOperationException NotPrepared() => new($"{nameof(PrepareAsync)} must be called before the catalog is used.");

    private SqliteWriter Open()
    {
        _lock ??= DataDirectoryLock.Take(Path.GetDirectoryName(_path)!, Path.GetFileNameWithoutExtension(_path) + ".lock");
        SqliteSession? session = null;
        try
        {
            session = SqliteSession.OpenWriter(_path);
            Migrations.Apply(session, _path);
            return new SqliteWriter(session);
        }
        catch (Exception e)
        {
            var full = session is not null && SqliteErrors.Translate(e, session) is StorageFullException translated ? translated : null;
            session?.Dispose();
            if (full is not null) throw full;
            if (e is not (SqliteException or IOException or UnauthorizedAccessException)) throw;
            throw new IOException(
                $"The catalog '{_path}' cannot be opened: {e.Message} Make it readable and writable, restore it from a backup, or set Data:Directory to another directory.", e);
        }
    }
}
