namespace Acme.Registry.Postgres.Database;

/// <summary>
/// The schema of one driver as numbered steps; the table <c>schema_version</c> counts those that were made. A step that was once released never
/// changes: what comes later is a new step at the end.
/// </summary>
internal static class Migrations
{
    // Any number, the same for every driver and program version: they take turns.
    private const long Lock = 0x41434D45;

    /// <summary>Makes the steps that are missing, all in one transaction. Safe beside another instance that does the same.</summary>
    /// <param name="database">Where.</param>
    /// <param name="driver">Names the driver among those that share the database.</param>
    /// <param name="steps">SQL scripts.</param>
    /// <param name="cancellationToken">Ends it with nothing done.</param>
    /// <exception cref="IOException">The schema was made by a newer version of the program.</exception>
    public static Task ApplyAsync(PostgresDatabase database, string driver, string[] steps, CancellationToken cancellationToken) =>
        database.ReadAsync(async session =>
        {
            await session.ExecuteAsync("BEGIN");
            await WaitAsync(session, $"SELECT pg_advisory_xact_lock({Lock})");
            await session.ExecuteAsync("CREATE TABLE IF NOT EXISTS schema_version (driver text PRIMARY KEY, steps int NOT NULL)");
            await session.ExecuteAsync("CREATE TABLE IF NOT EXISTS operation (id uuid PRIMARY KEY)");
            var made = (int?)await session.ScalarAsync("SELECT steps FROM schema_version WHERE driver = @driver", ("@driver", driver)) ?? 0;
            if (made > steps.Length)
            {
                throw new IOException(
                    $"The database {database.Server} has schema {made} of the {driver}, this program knows schemas up to {steps.Length}. " +
                    "Start a program at least as new as the one that made it, or point Postgres:ConnectionString at another database.");
            }
            foreach (var step in steps[made..]) await WaitAsync(session, step);
            await session.ExecuteAsync(
                "INSERT INTO schema_version (driver, steps) VALUES (@driver, @steps) ON CONFLICT (driver) DO UPDATE SET steps = excluded.steps",
                ("@driver", driver), ("@steps", steps.Length));
            // What is left open when something fails, the pool rolls back.
            await session.ExecuteAsync("COMMIT");
            return true;
        }, cancellationToken);

    // However long it takes: a large table is written anew in minutes, for which the other instances wait.
    private static async Task WaitAsync(PostgresSession session, string sql)
    {
        await using var command = session.Command(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(session.CancellationToken);
    }
}
