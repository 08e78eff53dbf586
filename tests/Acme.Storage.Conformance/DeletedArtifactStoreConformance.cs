using Acme.Registry.Artifacts;
using Acme.Registry.Search;
using Acme.Registry.Storage;

namespace Acme.Storage.Conformance;

/// <summary>What <see cref="IDeletedArtifactStore"/> promises, and that an artifact can be published again as what it was.</summary>
public abstract class DeletedArtifactStoreConformance
{
    protected abstract Task<StoreUnderTest<ICatalog>> CreateAsync();

    [Fact]
    public async Task An_entry_comes_back_whole_also_after_reopening()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("名前 with \"quotes\"") with
        {
            License = "MIT",
            Parents = [new LineageReference("org/base", "base_model", ArtifactType.Model, "model_card")],
            Rating = Samples.Rating(0.75, false, "license.stated"),
        };
        var entry = new DeletedArtifact(artifact, Samples.Noon.AddTicks(7), "o'brien");
        await catalog.Store.Deleted.SaveAsync(entry);
        await catalog.ReopenAsync();
        Assert.Equal(Samples.Json(entry), Samples.Json(await catalog.Store.Deleted.FindAsync(artifact.Id)));
        Assert.Equal(Samples.Json(entry), Samples.Json(Assert.Single((await catalog.Store.Deleted.ListAsync(DeletionOrder.Newest, null, 10)).Items)));
        Assert.Null(await catalog.Store.Deleted.FindAsync(ArtifactId.New()));
        // Neither has anything to do with the other.
        Assert.Null(await catalog.Store.Artifacts.FindAsync(artifact.Id));
    }

    [Fact]
    public async Task An_artifact_that_is_deleted_again_has_the_entry_of_the_last_time_only()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("again");
        await catalog.Store.Deleted.SaveAsync(new(artifact, Samples.Noon, "ada"));
        await catalog.Store.Deleted.SaveAsync(new(Samples.Artifact("between"), Samples.Noon.AddHours(1), "ada"));
        await catalog.Store.Deleted.SaveAsync(new(artifact with { License = "MIT" }, Samples.Noon.AddHours(2), "bob"));
        Assert.Equal("bob", (await catalog.Store.Deleted.FindAsync(artifact.Id))!.DeletedBy);
        Assert.Equal(["again", "between"], (await catalog.Store.Deleted.ListAsync(DeletionOrder.Newest, null, 10)).Items.Select(e => e.Artifact.Name));
    }

    [Fact]
    public async Task Only_the_entry_of_the_deletion_that_is_named_is_removed()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("gone");
        var other = Samples.Artifact("other");
        await catalog.Store.Deleted.SaveAsync(new(artifact, Samples.Noon, "ada"));
        await catalog.Store.Deleted.SaveAsync(new(other, Samples.Noon, "ada"));
        Assert.False(await catalog.Store.Deleted.RemoveAsync(artifact.Id, Samples.Noon.AddTicks(1)));
        Assert.False(await catalog.Store.Deleted.RemoveAsync(ArtifactId.New(), Samples.Noon));
        await catalog.Store.Deleted.SaveAsync(new(artifact, Samples.Noon.AddHours(1), "ada"));
        Assert.False(await catalog.Store.Deleted.RemoveAsync(artifact.Id, Samples.Noon));
        Assert.NotNull(await catalog.Store.Deleted.FindAsync(artifact.Id));

        Assert.True(await catalog.Store.Deleted.RemoveAsync(artifact.Id, Samples.Noon.AddHours(1)));
        Assert.False(await catalog.Store.Deleted.RemoveAsync(artifact.Id, Samples.Noon.AddHours(1)));
        Assert.Null(await catalog.Store.Deleted.FindAsync(artifact.Id));
        Assert.Equal(other.Id, Assert.Single((await catalog.Store.Deleted.ListAsync(DeletionOrder.Newest, null, 10)).Items).Id);
    }

    [Fact]
    public async Task Entries_are_listed_page_by_page_from_either_end()
    {
        await using var catalog = await CreateAsync();
        // Out of order, and three of each time.
        var entries = Enumerable.Range(0, 30).Select(i => new DeletedArtifact(Samples.Artifact($"{i}"), Samples.Noon.AddMinutes(i * 7 % 10), "ada")).ToList();
        foreach (var entry in entries) await catalog.Store.Deleted.SaveAsync(entry);
        var expected = entries.OrderByDescending(e => e.DeletedAt).ThenByDescending(e => e.Id.ToString(), StringComparer.Ordinal).Select(e => e.Id);
        foreach (var limit in new[] { 1, 4, 30, 1000 })
        {
            Assert.Equal(expected, (await Samples.AllPagesAsync(limit, cursor => catalog.Store.Deleted.ListAsync(DeletionOrder.Newest, cursor, limit))).Select(e => e.Id));
            Assert.Equal(expected.Reverse(), (await Samples.AllPagesAsync(limit, cursor => catalog.Store.Deleted.ListAsync(DeletionOrder.Oldest, cursor, limit))).Select(e => e.Id));
        }
    }

    [Fact]
    public async Task Whoever_follows_the_cursors_meets_what_is_there_throughout_exactly_once()
    {
        await using var catalog = await CreateAsync();
        var entries = Enumerable.Range(0, 12).Select(i => new DeletedArtifact(Samples.Artifact($"{i}"), Samples.Noon.AddMinutes(i), "ada")).ToList();
        foreach (var entry in entries) await catalog.Store.Deleted.SaveAsync(entry);
        List<ArtifactId> met = [];
        string? cursor = null;
        for (var page = 0; page == 0 || cursor is not null; page++)
        {
            var read = await catalog.Store.Deleted.ListAsync(DeletionOrder.Newest, cursor, 3);
            met.AddRange(read.Items.Select(e => e.Id));
            cursor = read.Next;
            if (page != 0) continue;
            // Behind it, before it, and the one that the cursor is of.
            await catalog.Store.Deleted.SaveAsync(new(Samples.Artifact("newer"), Samples.Noon.AddHours(1), "ada"));
            await catalog.Store.Deleted.SaveAsync(new(Samples.Artifact("older"), Samples.Noon.AddMinutes(4.5), "ada"));
            await catalog.Store.Deleted.RemoveAsync(entries[9].Id, entries[9].DeletedAt);
            await catalog.Store.Deleted.RemoveAsync(entries[6].Id, entries[6].DeletedAt);
            await catalog.Store.Deleted.SaveAsync(entries[3] with { DeletedAt = Samples.Noon.AddHours(2) });
        }
        Assert.Equal(met.Distinct(), met);
        foreach (var entry in entries.Where((_, i) => i is not 6 and not 3)) Assert.Contains(entry.Id, met);
        Assert.DoesNotContain(entries[6].Id, met);
        Assert.DoesNotContain(entries[3].Id, met);
    }

    [Fact]
    public async Task From_the_oldest_on_an_artifact_that_is_deleted_again_meanwhile_is_met_all_the_same()
    {
        await using var catalog = await CreateAsync();
        var entries = Enumerable.Range(0, 10).Select(i => new DeletedArtifact(Samples.Artifact($"{i}"), Samples.Noon.AddMinutes(i), "ada")).ToList();
        foreach (var entry in entries) await catalog.Store.Deleted.SaveAsync(entry);
        HashSet<ArtifactId> met = [];
        var again = Samples.Noon.AddHours(1);
        string? cursor = null;
        do
        {
            var read = await catalog.Store.Deleted.ListAsync(DeletionOrder.Oldest, cursor, 2);
            met.UnionWith(read.Items.Select(e => e.Id));
            cursor = read.Next;
            // One that was met and one that was not, until all have been deleted again.
            foreach (var i in new[] { met.Count - 1, met.Count + 1 }.Where(i => i < entries.Count)) await catalog.Store.Deleted.SaveAsync(entries[i] with { DeletedAt = again = again.AddMinutes(1) });
        }
        while (cursor is not null);
        Assert.Equal(entries.Select(e => e.Id).ToHashSet(), met);
    }

    [Fact]
    public async Task A_reset_takes_the_entries_away_and_lets_none_of_before_in()
    {
        await using var catalog = await CreateAsync();
        var before = await catalog.Store.GetEpochAsync();
        var artifact = Samples.Artifact("gone", epoch: before);
        await catalog.Store.Deleted.SaveAsync(new(artifact, Samples.Noon, "ada"));
        await catalog.Store.ResetAsync([], []);
        await Assert.ThrowsAsync<EpochChangedException>(() => catalog.Store.Deleted.SaveAsync(new(artifact, Samples.Noon, "ada")));
        foreach (var reopened in new[] { false, true })
        {
            if (reopened) await catalog.ReopenAsync();
            Assert.Null(await catalog.Store.Deleted.FindAsync(artifact.Id));
            Assert.Empty((await catalog.Store.Deleted.ListAsync(DeletionOrder.Newest, null, 10)).Items);
            Assert.False(await catalog.Store.Deleted.RemoveAsync(artifact.Id, Samples.Noon));
        }
        await catalog.Store.Deleted.SaveAsync(new(artifact with { Epoch = before + 1 }, Samples.Noon, "ada"));
        Assert.Single((await catalog.Store.Deleted.ListAsync(DeletionOrder.Newest, null, 10)).Items);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("' OR 1=1")]
    public async Task A_cursor_that_was_never_given_out_is_refused(string cursor)
    {
        await using var catalog = await CreateAsync();
        await Assert.ThrowsAsync<InvalidCursorException>(() => catalog.Store.Deleted.ListAsync(DeletionOrder.Newest, cursor, 10));
        await Assert.ThrowsAsync<InvalidCursorException>(() => catalog.Store.Deleted.ListAsync(DeletionOrder.Oldest, cursor, 10));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_page_has_1_to_1000_entries(int limit)
    {
        await using var catalog = await CreateAsync();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => catalog.Store.Deleted.ListAsync(DeletionOrder.Newest, null, limit));
    }

    [Fact]
    public async Task A_record_of_a_thousand_revisions_is_kept()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("long");
        artifact = artifact with
        {
            Revisions = [.. Enumerable.Range(0, Artifact.MaxRevisions).Select(i => artifact.Head with { Id = $"{i:x40}", Manifest = Sha256Digest.Of(BitConverter.GetBytes(i)) })],
        };
        await catalog.Store.Deleted.SaveAsync(new(artifact, Samples.Noon, "ada"));
        Assert.Equal(Samples.Json(artifact), Samples.Json((await catalog.Store.Deleted.FindAsync(artifact.Id))!.Artifact));
    }

    [Fact]
    public async Task A_deleted_artifact_that_is_published_again_is_found_by_every_question()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("phoenix") with { Rating = Samples.Rating(0.5, false), License = "MIT" };
        await catalog.Store.Artifacts.SaveAsync(artifact, "the card of a bird", 0);
        for (var life = 0; life < 2; life++)
        {
            // The questions once while it is away: what remembers answers must forget them.
            Assert.True(await catalog.Store.Artifacts.DeleteAsync(artifact.Id));
            Assert.Empty((await catalog.Store.Artifacts.SearchAsync(SearchPattern.Parse("bird"), null, 10)).Items);
            await catalog.Store.Artifacts.SaveAsync(artifact, "the card of a bird", 0);

            Assert.Equal(Samples.Json(artifact), Samples.Json((await catalog.Store.Artifacts.FindAsync(artifact.Id))!.Item));
            Assert.NotNull(await catalog.Store.Artifacts.FindByUrlAsync(artifact.Type, artifact.Url));
            Assert.Single((await catalog.Store.Artifacts.ListAsync([ArtifactFilter.Everything], null, 10)).Items);
            Assert.Single((await catalog.Store.Artifacts.ListAsync([new("phoenix", [])], null, 10)).Items);
            Assert.Single((await catalog.Store.Artifacts.ListAsync([new(null, [artifact.Type])], null, 10)).Items);
            Assert.Single((await catalog.Store.Artifacts.SearchAsync(SearchPattern.Parse("bird"), null, 10)).Items);
            foreach (var order in Enum.GetValues<ArtifactOrder>())
                Assert.Single((await catalog.Store.Artifacts.BrowseAsync(new() { Order = order, Labels = [ArtifactLabel.License("MIT"), ArtifactLabel.Rejected] }, null, 10)).Items);
            var counts = await catalog.Store.Artifacts.CountAsync();
            Assert.Equal((1, 1), (counts.ByType[artifact.Type], counts.Rejected));
            await catalog.ReopenAsync();
        }
    }

    [Fact]
    public async Task Of_many_that_publish_a_deleted_artifact_again_one_succeeds_and_none_while_another_has_its_url()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("wanted");
        await catalog.Store.Artifacts.SaveAsync(artifact, null, 0);
        await catalog.Store.Artifacts.DeleteAsync(artifact.Id);
        var squatter = Samples.Artifact("squatter", artifact.Url);
        await catalog.Store.Artifacts.SaveAsync(squatter, null, 0);
        Assert.Equal(squatter.Id, (await Assert.ThrowsAsync<DuplicateUrlException>(() => catalog.Store.Artifacts.SaveAsync(artifact, null, 0))).Existing);
        await catalog.Store.Artifacts.DeleteAsync(squatter.Id);
        Assert.Single((await Samples.AtOnceAsync(10, _ => catalog.Store.Artifacts.SaveAsync(artifact, null, 0))).OfType<long>());
    }

    [Fact]
    public async Task What_was_changed_since_it_was_read_is_not_deleted()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("changed");
        var first = await catalog.Store.Artifacts.SaveAsync(artifact, null, 0);
        var second = await catalog.Store.Artifacts.SaveAsync(artifact with { License = "MIT" }, null, first);
        await Assert.ThrowsAsync<VersionConflictException>(() => catalog.Store.Artifacts.DeleteAsync(artifact.Id, first));
        Assert.Equal(second, (await catalog.Store.Artifacts.FindAsync(artifact.Id))!.Version);
        Assert.NotNull(await catalog.Store.Artifacts.FindByUrlAsync(artifact.Type, artifact.Url));
        Assert.True(await catalog.Store.Artifacts.DeleteAsync(artifact.Id, second));
        Assert.False(await catalog.Store.Artifacts.DeleteAsync(artifact.Id, second));
        Assert.Null(await catalog.Store.Artifacts.FindAsync(artifact.Id));
    }
}
