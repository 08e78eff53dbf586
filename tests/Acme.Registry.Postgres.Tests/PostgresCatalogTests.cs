using System.Diagnostics;
using Acme.Registry.Artifacts;
using Acme.Registry.Postgres.Catalog;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using Acme.Storage.Conformance;
using Acme.Storage.Engines;
using Npgsql;

namespace Acme.Registry.Postgres.Tests;

public sealed class PostgresCatalogTests : IAsyncLifetime
{
    private PostgresCluster _cluster = null!;
    private string _connection = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(PostgresCluster.IsAvailable, "PostgreSQL is not installed.");
        _cluster = await PostgresCluster.SharedAsync();
        _connection = await _cluster.CreateDatabaseAsync();
    }

    public async ValueTask DisposeAsync() => await _cluster.DropDatabaseAsync(_connection);

    [Fact]
    public async Task Several_instances_may_prepare_the_same_database_at_once_and_see_each_others_changes()
    {
        var catalogs = Enumerable.Range(0, 4).Select(_ => new PostgresCatalog(Options())).ToList();
        await Task.WhenAll(catalogs.Select(c => c.PrepareAsync()));
        await Task.WhenAll(catalogs.Select((c, i) => c.Artifacts.SaveAsync(Samples.Artifact($"{i}"), "card", 0)));
        foreach (var catalog in catalogs)
        {
            Assert.Equal(4, (await catalog.Artifacts.ListAsync([ArtifactFilter.Everything], null, 10)).Items.Count);
            await catalog.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_catalog_of_a_newer_program_is_refused()
    {
        await using var catalog = await PreparedAsync();
        await ExecuteAsync("UPDATE schema_version SET steps = 9999");
        var refused = await Assert.ThrowsAsync<IOException>(() => catalog.PrepareAsync());
        Assert.Contains("9999", refused.Message);
        Assert.Contains("Postgres:ConnectionString", refused.Message);
    }

    [Fact]
    public async Task A_full_disk_is_said_in_the_words_of_the_port_and_changes_nothing()
    {
        await using var catalog = await PreparedAsync();
        await ExecuteAsync("""
            CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'No space left' USING ERRCODE = '53100'; END $$;
            CREATE TRIGGER full_disk BEFORE INSERT ON card FOR EACH ROW EXECUTE FUNCTION full_disk();
            """);
        await Assert.ThrowsAsync<StorageFullException>(() => catalog.Artifacts.SaveAsync(Samples.Artifact("a"), "card", 0));
        Assert.Empty((await catalog.Artifacts.ListAsync([ArtifactFilter.Everything], null, 10)).Items);
    }

    [Fact]
    public async Task A_password_that_is_rotated_in_its_file_needs_no_restart()
    {
        var user = $"rotated_{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE ROLE {user} LOGIN SUPERUSER PASSWORD 'one'");
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "one\n");
            var connection = new NpgsqlConnectionStringBuilder(_connection) { Username = user, Password = null };
            await using var catalog = new PostgresCatalog(new() { ConnectionString = connection.ConnectionString, PasswordFile = file });
            await catalog.PrepareAsync();
            await ExecuteAsync($"ALTER ROLE {user} PASSWORD 'two'");
            await File.WriteAllTextAsync(file, "two\n");
            await ExecuteAsync($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '{user}'");
            Assert.Equal(1, await catalog.GetEpochAsync());
        }
        finally
        {
            File.Delete(file);
            await ExecuteAsync($"SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE usename = '{user}'");
            await ExecuteAsync($"REASSIGN OWNED BY {user} TO postgres; DROP OWNED BY {user}; DROP ROLE {user}");
        }
    }

    [Theory]
    [InlineData("100%", "100% pure", "100 pure")]
    [InlineData("a_b", "x a_b x", "a-b")]
    [InlineData(@"c:\\dir", @"c:\dir", "c:dir")]
    [InlineData("---", "a --- b", "a -- b")]
    [InlineData("(?i)data-load", "DATA-LOADER", "data loader")]
    [InlineData("ΔΟΣ", "ΟΔΟΣΑ", "οδος")]
    [InlineData("ΟΔΟΣ$", "ΟΔΟΣ", "οδος")]
    [InlineData("ẞtraße", "x ẞtraße", "strasse")]
    [InlineData("(abc|def).*xyz", "def xyz", "ghi xyz")]
    public async Task The_index_never_hides_a_match(string pattern, string matching, string other)
    {
        await using var catalog = await PreparedAsync();
        await catalog.Artifacts.SaveAsync(Samples.Artifact("matching"), matching, 0);
        await catalog.Artifacts.SaveAsync(Samples.Artifact("other"), other, 0);
        var query = new ArtifactQuery { Pattern = SearchPattern.Parse(pattern) };
        Assert.Equal("matching", Assert.Single((await catalog.Artifacts.SearchAsync(query.Pattern, null, 10)).Items).Name);
        Assert.Equal("matching", Assert.Single((await catalog.Artifacts.BrowseAsync(query, null, 10)).Items).Name);
    }

    [Fact]
    public async Task What_PostgreSQL_cannot_keep_in_a_text_is_not_found_rather_than_an_error()
    {
        await using var catalog = await PreparedAsync();
        Assert.Empty((await catalog.Artifacts.ListAsync([new("a\0b", []), new("\ud800", [])], null, 10)).Items);
        Assert.Null(await catalog.Users.FindAsync("a\0b"));
        Assert.Null(await catalog.Artifacts.FindByUrlAsync(ArtifactType.Model, "https://example.org/\0"));
    }

    [Fact]
    public async Task Listing_reading_searching_and_browsing_make_as_many_statements_in_a_large_catalog_as_in_a_small_one()
    {
        await using var catalog = await PreparedAsync();
        var some = Samples.Artifact("some");
        await catalog.Artifacts.SaveAsync(some, "has the needle in it", 0);
        await FillAsync(30);
        var small = await StatementsAsync(catalog, some);
        await FillAsync(6000);
        Assert.Equal(small, await StatementsAsync(catalog, some));

        async Task FillAsync(int count)
        {
            // Copies of the one that was saved, made by the server; enough of them for several blocks of the text index.
            await ExecuteAsync($"""
                WITH made AS (
                    INSERT INTO artifact (id, version, type, name, url_digest, created_at, net_score, labels, document)
                    SELECT gen_random_uuid(), nextval('version_number'), type, 'filler', sha256(gen_random_uuid()::text::bytea), created_at, net_score, labels, document
                    FROM artifact, generate_series(1, {count}) WHERE name = 'some' RETURNING seq),
                    indexed AS (INSERT INTO card (seq, folded) SELECT seq, E'filler\nonly hay' FROM made)
                INSERT INTO search_text (seq, name, content) SELECT seq, 'filler', 'only hay' FROM made
                """);
        }
    }

    private static async Task<List<(string, int)>> StatementsAsync(PostgresCatalog catalog, Artifact some)
    {
        (string Name, Func<Task> Ask)[] questions =
        [
            ("find", () => catalog.Artifacts.FindAsync(some.Id)),
            ("find by url", () => catalog.Artifacts.FindByUrlAsync(some.Type, some.Url)),
            ("list", () => catalog.Artifacts.ListAsync([ArtifactFilter.Everything], null, 10)),
            ("list by name", () => catalog.Artifacts.ListAsync([new("some", []), new("filler", [ArtifactType.Model]), new(null, [ArtifactType.Code])], null, 10)),
            ("search", () => catalog.Artifacts.SearchAsync(SearchPattern.Parse("needle"), null, 10)),
            ("search for what is everywhere", () => catalog.Artifacts.SearchAsync(SearchPattern.Parse("hay"), null, 10)),
            ("browse", () => catalog.Artifacts.BrowseAsync(new() { Types = [ArtifactType.Model], Order = ArtifactOrder.Name }, null, 10)),
            ("browse with a pattern", () => catalog.Artifacts.BrowseAsync(new() { Pattern = SearchPattern.Parse("needle") }, null, 10)),
            ("count", () => catalog.Artifacts.CountAsync()),
        ];
        List<(string, int)> counts = [];
        foreach (var (name, ask) in questions)
        {
            using var here = new Activity("question").Start();
            var count = 0;
            // Npgsql makes an activity of every command, as a child of the one that is current.
            using var listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "Npgsql",
                Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceId == here.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
                ActivityStopped = activity =>
                {
                    if (activity.TraceId == here.TraceId && activity.GetTagItem("db.query.text") is not null) Interlocked.Increment(ref count);
                },
            };
            ActivitySource.AddActivityListener(listener);
            await ask();
            Assert.InRange(count, 1, 3);
            counts.Add((name, count));
        }
        return counts;
    }

    private PostgresOptions Options() => new() { ConnectionString = _connection };

    private async Task<PostgresCatalog> PreparedAsync()
    {
        var catalog = new PostgresCatalog(Options());
        await catalog.PrepareAsync();
        return catalog;
    }

    private Task<object?> ExecuteAsync(string sql) => _cluster.ExecuteAsync(sql, new NpgsqlConnectionStringBuilder(_connection).Database!);
}
