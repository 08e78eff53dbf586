using Acme.Registry.Postgres.Catalog;
using Acme.Registry.Postgres.Database;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using Acme.Storage.Conformance;
using Acme.Storage.Engines;
using Npgsql;

namespace Acme.Registry.Postgres.Tests;

public sealed class PostgresSearchTests : IAsyncLifetime
{
    private PostgresCluster _cluster = null!;
    private PostgresOptions _options = null!;
    private PostgresCatalog _catalog = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(PostgresCluster.IsAvailable, "PostgreSQL is not installed.");
        _cluster = await PostgresCluster.SharedAsync();
        _options = new() { ConnectionString = await _cluster.CreateDatabaseAsync() };
        _catalog = new(_options);
        await _catalog.PrepareAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _catalog.DisposeAsync();
        await _cluster.DropDatabaseAsync(_options.ConnectionString!);
    }

    [Theory]
    [InlineData("needle")]
    [InlineData("ne.dle")]
    [InlineData("^n..d[a-z]e number [0-9]+$")]
    public async Task Pages_meet_every_match_once_wherever_in_the_listing_it_is(string pattern)
    {
        // About the borders of what one question to the index is of, and with long gaps.
        long[] places = [1, 2047, 2048, 32_767, 32_768, 65_535, 65_536, 65_537, 98_304, 200_000, 3_000_000];
        long[] hay = [2, 2046, 32_766, 65_534, 65_538, 150_000];
        foreach (var place in places.Concat(hay))
        {
            await ExecuteAsync($"SELECT setval(pg_get_serial_sequence('artifact', 'seq'), {place}, false)");
            await _catalog.Artifacts.SaveAsync(Samples.Artifact($"{(hay.Contains(place) ? "hay" : "needle")} number {place}"), place % 2 == 0 ? null : "A bottle of it.", 0);
        }
        var expected = places.Select(place => $"needle number {place}").ToList();
        foreach (var limit in new[] { 1, 3, 1000 })
        {
            var found = await Samples.AllPagesAsync(limit, cursor => _catalog.Artifacts.SearchAsync(SearchPattern.Parse(pattern), cursor, limit));
            Assert.Equal(expected, found.Select(a => a.Name));
            var browsed = await Samples.AllPagesAsync(
                limit, cursor => _catalog.Artifacts.BrowseAsync(new() { Pattern = SearchPattern.Parse(pattern), Order = ArtifactOrder.Name }, cursor, limit));
            Assert.Equal(expected.Order(StringComparer.Ordinal), browsed.Select(a => a.Name));
        }
    }

    [Theory]
    [InlineData("[0-9]x")]
    [InlineData("needle")]
    public async Task A_search_that_takes_too_long_ends_on_the_server_as_well(string pattern)
    {
        await _catalog.Artifacts.SaveAsync(Samples.Artifact("name"), "card", 0);
        await using var database = new PostgresDatabase(_options, "search");
        await using var other = new NpgsqlConnection(_options.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("LOCK TABLE search_text", other)) await hold.ExecuteNonQueryAsync();
        var limit = TimeSpan.FromMilliseconds(100);
        await Assert.ThrowsAsync<SearchTimeoutException>(() => ArtifactSearch.RunAsync(database, SearchPattern.Parse(pattern), 0, 10, limit, CancellationToken.None));
        await Assert.ThrowsAsync<SearchTimeoutException>(
            () => ArtifactBrowse.RunAsync(database, new() { Pattern = SearchPattern.Parse(pattern) }, null, 10, limit, CancellationToken.None));
        Assert.Equal(0L, await ExecuteAsync("SELECT count(*) FROM pg_locks WHERE relation = 'search_text'::regclass AND NOT granted"));
    }

    [Fact]
    public async Task A_caller_that_goes_away_is_told_so_and_not_that_the_search_took_too_long()
    {
        await using var database = new PostgresDatabase(_options, "search");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => ArtifactSearch.RunAsync(database, SearchPattern.Parse("[0-9]x"), 0, 10, TimeSpan.FromHours(1), new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task What_an_earlier_program_saved_is_found_after_the_schema_moved_on()
    {
        var artifact = Samples.Artifact("old name");
        var version = await _catalog.Artifacts.SaveAsync(artifact, "The card of old, große 模型卡 \0 behind a nul.", 0);
        await _catalog.Artifacts.SaveAsync(Samples.Artifact("without"), null, 0);
        // As the first schema had it.
        await ExecuteAsync("""
            ALTER TABLE card ADD COLUMN content bytea, DROP COLUMN region;
            UPDATE card SET content = search_text.content FROM search_text WHERE search_text.seq = card.seq;
            DROP TABLE search_text, deleted_artifact;
            UPDATE schema_version SET steps = 1 WHERE driver = 'catalog';
            """);
        await _catalog.PrepareAsync();
        foreach (var pattern in new[] { "old name", "The card of old", "模型卡", @"\0 b", "[dlo]{3}[ ,]" })
        {
            Assert.Equal(artifact.Id, Assert.Single((await _catalog.Artifacts.SearchAsync(SearchPattern.Parse(pattern), null, 10)).Items).Id);
        }
        await _catalog.Artifacts.SaveAsync(artifact with { Name = "new name" }, null, version);
        Assert.Single((await _catalog.Artifacts.SearchAsync(SearchPattern.Parse("The card of old"), null, 10)).Items);
        Assert.Empty((await _catalog.Artifacts.SearchAsync(SearchPattern.Parse("old name"), null, 10)).Items);
    }

    private Task<object?> ExecuteAsync(string sql) => _cluster.ExecuteAsync(sql, new NpgsqlConnectionStringBuilder(_options.ConnectionString).Database!);
}
