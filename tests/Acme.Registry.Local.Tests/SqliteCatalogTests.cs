using Acme.Registry.Artifacts;
using Acme.Registry.Local.Sqlite;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using Acme.Storage.Conformance;
using Microsoft.Extensions.DependencyInjection;

namespace Acme.Registry.Local.Tests;

public sealed class SqliteCatalogTests
{
    [Fact]
    public async Task A_new_catalog_is_made_with_its_directory()
    {
        using var directory = new TemporaryDirectory();
        await using var catalog = new SqliteCatalog(Path.Combine(directory.Path, "not", "there", "catalog.db"));
        await catalog.PrepareAsync();
        Assert.Empty((await catalog.Artifacts.ListAsync([ArtifactFilter.Everything], null, 10)).Items);
    }

    [Fact]
    public async Task A_catalog_is_one_process_s_at_a_time_and_who_comes_second_is_told_what_to_do()
    {
        using var directory = new TemporaryDirectory();
        await using var second = new SqliteCatalog(directory["catalog.db"]);
        await using (var first = new SqliteCatalog(directory["catalog.db"]))
        {
            await first.PrepareAsync();
            var refused = await Assert.ThrowsAsync<IOException>(() => second.PrepareAsync());
            Assert.Contains(directory.Path, refused.Message);
            Assert.Contains("Data:Directory", refused.Message);
        }
        await second.PrepareAsync();
        Assert.Empty((await second.Artifacts.ListAsync([ArtifactFilter.Everything], null, 10)).Items);
    }

    [Fact]
    public async Task What_was_saved_is_found_from_then_on_however_often_it_is_read_meanwhile()
    {
        using var directory = new TemporaryDirectory();
        await using var catalog = new SqliteCatalog(directory["catalog.db"]);
        await catalog.PrepareAsync();
        // Each state has its version, which this catalog counts up, as its name.
        var artifact = Samples.Artifact("1");
        var saved = await catalog.Artifacts.SaveAsync(artifact, null, 0);
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var least = Volatile.Read(ref saved);
                var found = await catalog.Artifacts.FindAsync(artifact.Id);
                Assert.NotNull(found);
                Assert.True(found.Version >= least, $"Version {least} was saved, {found.Version} is found.");
                Assert.Equal($"{found.Version}", found.Item.Name);
            }
        })).ToList();
        for (var i = 0; i < 500; i++) Volatile.Write(ref saved, await catalog.Artifacts.SaveAsync(artifact with { Name = $"{saved + 1}" }, null, saved));
        await done.CancelAsync();
        await Task.WhenAll(readers);

        Assert.True(await catalog.Artifacts.DeleteAsync(artifact.Id));
        Assert.Null(await catalog.Artifacts.FindAsync(artifact.Id));
    }

    [Fact]
    public async Task A_catalog_of_a_newer_program_is_refused_and_left_as_it_is()
    {
        using var directory = new TemporaryDirectory();
        var path = directory["catalog.db"];
        using (var session = SqliteSession.OpenWriter(path)) session.Script("PRAGMA user_version = 9999");
        await using (var catalog = new SqliteCatalog(path))
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => catalog.PrepareAsync());
            Assert.Contains("9999", refused.Message);
            Assert.Contains("Data:Directory", refused.Message);
        }
        using (var session = SqliteSession.OpenWriter(path)) Assert.Equal(0L, session.Scalar("SELECT count(*) FROM sqlite_schema"));
    }

    [Fact]
    public async Task A_file_that_is_no_catalog_is_refused_with_the_setting_to_change()
    {
        using var directory = new TemporaryDirectory();
        var path = directory["catalog.db"];
        await File.WriteAllTextAsync(path, new string('x', 10_000));
        await using var catalog = new SqliteCatalog(path);
        Assert.Contains("Data:Directory", (await Assert.ThrowsAsync<IOException>(() => catalog.PrepareAsync())).Message);
        Assert.Equal(new string('x', 10_000), await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Used_before_it_is_prepared_or_after_it_is_closed_it_says_so()
    {
        using var directory = new TemporaryDirectory();
        var catalog = new SqliteCatalog(directory["catalog.db"]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => catalog.GetEpochAsync());
        await catalog.PrepareAsync();
        await catalog.DisposeAsync();
        await catalog.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => catalog.GetEpochAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => catalog.Tokens.AddAsync(Samples.Token("t")));
    }

    [Fact]
    public async Task Closing_makes_the_changes_that_are_waiting()
    {
        using var directory = new TemporaryDirectory();
        List<Task> waiting;
        await using (var catalog = new SqliteCatalog(directory["catalog.db"]))
        {
            await catalog.PrepareAsync();
            waiting = [.. Enumerable.Range(0, 500).Select(i => (Task)catalog.Artifacts.SaveAsync(Samples.Artifact($"{i}"), "card", 0))];
        }
        await Task.WhenAll(waiting);
        await using (var catalog = new SqliteCatalog(directory["catalog.db"]))
        {
            await catalog.PrepareAsync();
            Assert.Equal(500, (await catalog.Artifacts.ListAsync([ArtifactFilter.Everything], null, 1000)).Items.Count);
        }
        Assert.False(File.Exists(directory["catalog.db-wal"]), "The log was not folded into the file.");
    }

    [Fact]
    public async Task A_catalog_from_before_there_was_an_index_is_browsed_and_counted_after_the_upgrade()
    {
        using var directory = new TemporaryDirectory();
        await using (var catalog = new SqliteCatalog(directory["catalog.db"]))
        {
            await catalog.PrepareAsync();
            await catalog.Artifacts.SaveAsync(Samples.Artifact("good") with { License = "MIT", Rating = Samples.Rating(0.9) }, "the card", 0);
            await catalog.Artifacts.SaveAsync(Samples.Artifact("bad") with { License = "MIT", Rating = Samples.Rating(0.1, accepted: false) }, null, 0);
            await catalog.Artifacts.SaveAsync(Samples.Artifact("code", type: ArtifactType.Code), null, 0);
        }
        using (var session = SqliteSession.OpenWriter(directory["catalog.db"]))
        {
            foreach (var table in new[] { "setting", "label", "label_by_newest", "label_by_name", "label_by_score", "artifact_index", "deleted_artifact" }) session.Script($"DROP TABLE {table}");
            // Such a record does not know its findings.
            session.Script("UPDATE artifact SET document = json_remove(document, '$.rating.findings')");
            session.Script("PRAGMA user_version = 1");
        }

        await using var upgraded = new SqliteCatalog(directory["catalog.db"]);
        await upgraded.PrepareAsync();
        Assert.Equal(["bad", "good"], (await upgraded.Artifacts.BrowseAsync(new() { Labels = ["license:mit"], Order = ArtifactOrder.Name }, null, 10)).Items.Select(a => a.Name));
        Assert.Equal(["good", "bad", "code"], (await upgraded.Artifacts.BrowseAsync(new() { Order = ArtifactOrder.NetScore }, null, 10)).Items.Select(a => a.Name));
        Assert.All((await upgraded.Artifacts.BrowseAsync(new(), null, 10)).Items, a => Assert.Null(a.Rating?.Findings));
        var counts = await upgraded.Artifacts.CountAsync();
        Assert.Equal((2, 1, 1), (counts.ByType[ArtifactType.Model], counts.ByType[ArtifactType.Code], counts.Rejected));
        Assert.Null(await upgraded.Settings.FindAsync("policy"));
    }

    [Fact]
    public async Task A_catalog_with_a_range_for_every_label_in_every_order_keeps_those_that_are_needed()
    {
        using var directory = new TemporaryDirectory();
        await using (var catalog = new SqliteCatalog(directory["catalog.db"]))
        {
            await catalog.PrepareAsync();
            await catalog.Artifacts.SaveAsync(Samples.Artifact("good") with { License = "MIT", Rating = Samples.Rating(0.9) }, "the card", 0);
            await catalog.Artifacts.SaveAsync(Samples.Artifact("bad") with { License = "MIT", Rating = Samples.Rating(0.1, accepted: false) }, null, 0);
        }
        using (var session = SqliteSession.OpenWriter(directory["catalog.db"]))
        {
            foreach (var (table, key) in new[] { ("label_by_name", "name"), ("label_by_score", "net_score") })
                session.Script($"INSERT OR IGNORE INTO {table} SELECT label, {key}, seq FROM label_by_newest JOIN artifact_index USING (seq)");
            session.Script("DROP TABLE deleted_artifact; PRAGMA user_version = 2");
        }

        await using var upgraded = new SqliteCatalog(directory["catalog.db"]);
        await upgraded.PrepareAsync();
        Assert.Equal(["bad", "good"], (await upgraded.Artifacts.BrowseAsync(new() { Labels = ["license:mit"], Order = ArtifactOrder.Name }, null, 10)).Items.Select(a => a.Name));
        Assert.Equal(["good", "bad"], (await upgraded.Artifacts.BrowseAsync(new() { Labels = ["license:mit"], Order = ArtifactOrder.NetScore }, null, 10)).Items.Select(a => a.Name));
        await upgraded.Deleted.SaveAsync(new(Samples.Artifact("gone"), Samples.Noon, "ada"));
        using var reader = SqliteSession.OpenReader(directory["catalog.db"]);
        // Of each artifact: that it is there, its type, and in the order of the score its verdict.
        Assert.Equal((4L, 6L), (reader.Scalar("SELECT count(*) FROM label_by_name"), reader.Scalar("SELECT count(*) FROM label_by_score")));
    }

    [Fact]
    public async Task Few_and_many_candidates_are_browsed_alike()
    {
        using var directory = new TemporaryDirectory();
        await using var catalog = new SqliteCatalog(directory["catalog.db"]);
        await catalog.PrepareAsync();
        // More than are looked up one by one; every tenth has the needle and a rare licence, every hundredth a high score,
        // and five after it one that is not low.
        await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => catalog.Artifacts.SaveAsync(
            Samples.Artifact($"{i:00000}") with { CreatedAt = Samples.Noon.AddSeconds(i), Rating = Samples.Rating((i % 100) switch { 0 => 0.9, 5 => 0.7, _ => 0.1 }), License = i % 10 == 0 ? "MIT" : "Apache-2.0" },
            i % 10 == 0 ? "a needle" : "much hay", 0)));
        string[] rare = ["license:mit"];
        foreach (var (pattern, min, labels, step) in new[]
        {
            ("needle", (double?)null, Array.Empty<string>(), 10), (null, 0.8, [], 100), ("needle", 0.5, [], 100), ("ne+dle", 0.05, [], 10), (null, 0.05, [], 1),
            (null, null, rare, 10), ("needle", 0.5, rare, 100), (null, 0.5, ["verdict:accepted", .. rare], 100),
        })
        {
            foreach (var order in Enum.GetValues<ArtifactOrder>())
            {
                var query = new ArtifactQuery { Pattern = pattern is null ? null : SearchPattern.Parse(pattern), MinNetScore = min, Labels = labels, Order = order };
                var met = await Samples.AllPagesAsync(77, cursor => catalog.Artifacts.BrowseAsync(query, cursor, 77));
                Assert.Equal(Enumerable.Range(0, 10_000 / step).Select(i => $"{i * step:00000}"), met.Select(a => a.Name).Order());
                Assert.Equal(Samples.InOrder(met, order).Select(a => a.Name), met.Select(a => a.Name));
            }
        }
        // A label without a range in the order, that too many have to be looked up.
        foreach (var order in Enum.GetValues<ArtifactOrder>())
        {
            var query = new ArtifactQuery { Labels = ["license:apache-2.0"], Types = [ArtifactType.Model], Order = order };
            var met = await Samples.AllPagesAsync(1000, cursor => catalog.Artifacts.BrowseAsync(query, cursor, 1000));
            Assert.Equal(9000, met.Count);
            Assert.Equal(Samples.InOrder(met, order).Select(a => a.Name), met.Select(a => a.Name));
            var good = await Samples.AllPagesAsync(77, cursor => catalog.Artifacts.BrowseAsync(query with { MinNetScore = 0.5 }, cursor, 77));
            Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{(i * 100) + 5:00000}"), good.Select(a => a.Name).Order());
            Assert.Equal(Samples.InOrder(good, order).Select(a => a.Name), good.Select(a => a.Name));
        }
    }

    [Fact]
    public async Task A_cursor_of_one_listing_is_refused_by_another_and_so_is_one_with_a_changed_character()
    {
        using var directory = new TemporaryDirectory();
        await using var catalog = new SqliteCatalog(directory["catalog.db"]);
        await catalog.PrepareAsync();
        foreach (var name in new[] { "a", "b" })
        {
            await catalog.Users.SaveAsync(Samples.User(name), 0);
            await catalog.Artifacts.SaveAsync(Samples.Artifact(name), null, 0);
        }
        var users = (await catalog.Users.ListAsync(null, 1)).Next!;
        var artifacts = (await catalog.Artifacts.ListAsync([ArtifactFilter.Everything], null, 1)).Next!;
        await Assert.ThrowsAsync<InvalidCursorException>(() => catalog.Artifacts.ListAsync([ArtifactFilter.Everything], users, 1));
        await Assert.ThrowsAsync<InvalidCursorException>(() => catalog.Users.ListAsync(artifacts, 1));
        for (var i = 0; i < artifacts.Length - 1; i++)
        {
            var changed = artifacts[..i] + (artifacts[i] == 'A' ? 'B' : 'A') + artifacts[(i + 1)..];
            await Assert.ThrowsAsync<InvalidCursorException>(() => catalog.Artifacts.ListAsync([ArtifactFilter.Everything], changed, 1));
        }
    }

    [Fact]
    public async Task A_search_that_takes_too_long_is_ended()
    {
        using var directory = new TemporaryDirectory();
        await using var catalog = new SqliteCatalog(directory["catalog.db"]);
        await catalog.PrepareAsync();
        // Ten megabytes without a match: more than any machine gets through in a millisecond.
        var card = string.Concat(Enumerable.Repeat("many words and no digit ", 10_000));
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => catalog.Artifacts.SaveAsync(Samples.Artifact("name"), card, 0)));
        using (var session = SqliteSession.OpenReader(directory["catalog.db"]))
        {
            var limit = TimeSpan.FromMilliseconds(1);
            Assert.Throws<SearchTimeoutException>(() => ArtifactSearch.Run(session, new(), SearchPattern.Parse("[0-9]"), 0, 10, limit, CancellationToken.None));
            Assert.Equal(10, ArtifactSearch.Run(session, new(), SearchPattern.Parse("name"), 0, 10, TimeSpan.FromMinutes(1), CancellationToken.None).Count);
        }
    }

    [Fact]
    public async Task The_embedded_drivers_are_registered_on_one_data_directory()
    {
        using var directory = new TemporaryDirectory();
        await using (var services = new ServiceCollection().AddSqliteCatalog(_ => directory.Path).AddDiskBlobs(_ => directory.Path).BuildServiceProvider())
        {
            await services.GetRequiredService<ICatalog>().PrepareAsync();
            await services.GetRequiredService<IBlobStore>().PutBytesAsync("bytes"u8.ToArray());
        }
        Assert.True(File.Exists(directory["catalog.db"]));
        Assert.True(Directory.Exists(directory["blobs"]));
    }
}
