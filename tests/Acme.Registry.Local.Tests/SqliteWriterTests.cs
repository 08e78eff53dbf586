using Acme.Registry.Local.Sqlite;

namespace Acme.Registry.Local.Tests;

public sealed class SqliteWriterTests
{
    [Fact]
    public async Task A_change_that_fails_undoes_only_itself_and_a_cancelled_one_is_not_made()
    {
        using var directory = new TemporaryDirectory();
        var path = directory["catalog.db"];
        using var cancel = new CancellationTokenSource();
        using var gate = new ManualResetEventSlim();
        await using (var writer = new SqliteWriter(SqliteSession.OpenWriter(path)))
        {
            await Write(session => session.Execute("CREATE TABLE note (text TEXT)"));
            // While the first waits, the others gather in one batch.
            var first = Write(session =>
            {
                gate.Wait();
                return Note(session, "first");
            });
            var good = Write(session => Note(session, "good"));
            var bad = Write(session =>
            {
                Note(session, "bad");
                return Note(session, "worse") > 0 ? throw new InvalidDataException("no") : 0;
            });
            var wrong = Write(session => Note(session, "before the error") + session.Execute("INSERT INTO nothing VALUES (1)"));
            var cancelled = writer.WriteAsync(Durability.Machine, session => Note(session, "cancelled"), cancel.Token);
            var last = Write(session => Note(session, "last"));
            await cancel.CancelAsync();
            gate.Set();

            Assert.All(await Task.WhenAll(first, good, last), rows => Assert.Equal(1, rows));
            await Assert.ThrowsAsync<InvalidDataException>(() => bad);
            await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => wrong);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

            Task<int> Write(Func<SqliteSession, int> change) => writer.WriteAsync(Durability.Process, change, CancellationToken.None);
        }
        using var reader = SqliteSession.OpenReader(path);
        Assert.Equal(["first", "good", "last"], reader.All(row => row.GetString(0), "SELECT text FROM note ORDER BY rowid"));
    }

    [Fact]
    public async Task A_batch_with_a_durable_change_syncs_the_disk_and_one_without_does_not()
    {
        using var directory = new TemporaryDirectory();
        await using var writer = new SqliteWriter(SqliteSession.OpenWriter(directory["catalog.db"]));
        // As PRAGMA synchronous has it: 1 is NORMAL, 2 is FULL.
        foreach (var (durability, level) in new[] { (Durability.Machine, 2L), (Durability.Process, 1L), (Durability.Machine, 2L) })
        {
            Assert.Equal(level, await writer.WriteAsync(durability, session => session.Scalar("PRAGMA synchronous"), CancellationToken.None));
        }
    }

    private static int Note(SqliteSession session, string text) => session.Execute("INSERT INTO note VALUES (@text)", ("@text", text));
}
