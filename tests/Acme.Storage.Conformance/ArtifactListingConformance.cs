using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Storage.Conformance;

/// <summary>What <see cref="IArtifactStore.ListAsync"/> promises.</summary>
public abstract class ArtifactListingConformance
{
    protected abstract Task<StoreUnderTest<ICatalog>> CreateAsync();

    [Fact]
    public async Task A_listing_is_the_union_of_its_filters_with_each_artifact_once()
    {
        await using var catalog = await CreateAsync();
        foreach (var type in ArtifactTypes.All)
        {
            foreach (var name in new[] { "a", "b", "a" }) await catalog.Store.Artifacts.SaveAsync(Samples.Artifact(name, type: type), null, 0);
        }
        ArtifactFilter[][] questions =
        [
            [ArtifactFilter.Everything],
            [new("a", [])],
            [new(null, [ArtifactType.Model])],
            [new(null, [ArtifactType.Model, ArtifactType.Code, ArtifactType.Model])],
            [new("a", [ArtifactType.Code])],
            [new("a", []), new("a", [ArtifactType.Code]), new(null, [ArtifactType.Code])],
            [new("a", [ArtifactType.Code]), new("b", [ArtifactType.Model, ArtifactType.Dataset])],
            [new("b", []), ArtifactFilter.Everything],
            [new("nothing", [])],
        ];
        var everything = (await catalog.Store.Artifacts.ListAsync([ArtifactFilter.Everything], null, 1000)).Items;
        Assert.Equal(9, everything.Count);
        foreach (var filters in questions)
        {
            foreach (var limit in new[] { 1, 2, 4, 1000 })
            {
                var listed = await Samples.AllPagesAsync(limit, cursor => catalog.Store.Artifacts.ListAsync(filters, cursor, limit));
                Assert.Equal(everything.Where(a => filters.Any(f => f.Matches(a))).Select(a => a.Id), listed.Select(a => a.Id));
            }
        }
    }

    [Fact]
    public async Task Names_are_compared_exactly()
    {
        await using var catalog = await CreateAsync();
        string[] names =
            ["bert", "Bert", "bert ", "b%", "b_", "org/bert", "'; DROP TABLE artifact; --", "\"", "é", "e\u0301", "模型", "😀", new string('n', ArtifactName.MaxLength)];
        foreach (var name in names) await catalog.Store.Artifacts.SaveAsync(Samples.Artifact(name), null, 0);
        foreach (var name in names)
        {
            var found = Assert.Single((await catalog.Store.Artifacts.ListAsync([new(name, [])], null, 10)).Items);
            Assert.Equal(name, found.Name);
        }
    }

    [Fact]
    public async Task A_renamed_artifact_is_listed_under_its_new_name_only()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("old");
        var version = await catalog.Store.Artifacts.SaveAsync(artifact, null, 0);
        await catalog.Store.Artifacts.SaveAsync(artifact with { Name = "new" }, null, version);
        Assert.Empty((await catalog.Store.Artifacts.ListAsync([new("old", [])], null, 10)).Items);
        Assert.Single((await catalog.Store.Artifacts.ListAsync([new("new", [])], null, 10)).Items);
    }

    [Fact]
    public async Task A_hundred_filters_are_answered_and_a_full_last_page_has_no_cursor()
    {
        await using var catalog = await CreateAsync();
        for (var i = 0; i < 100; i++) await catalog.Store.Artifacts.SaveAsync(Samples.Artifact($"name {i}"), null, 0);
        ArtifactFilter[] filters = [.. Enumerable.Range(0, 100).Select(i => new ArtifactFilter($"name {i}", []))];
        var page = await catalog.Store.Artifacts.ListAsync(filters, null, 100);
        Assert.Equal(100, page.Items.Count);
        Assert.Null(page.Next);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("nonsense")]
    [InlineData("!!!!")]
    [InlineData("AQEAAAAAAAAAAAAAAAA")]
    [InlineData("' OR 1=1")]
    public async Task A_cursor_that_was_never_given_out_is_refused(string cursor)
    {
        await using var catalog = await CreateAsync();
        await Assert.ThrowsAsync<InvalidCursorException>(() => catalog.Store.Artifacts.ListAsync([ArtifactFilter.Everything], cursor, 10));
        await Assert.ThrowsAsync<InvalidCursorException>(
            () => catalog.Store.Artifacts.SearchAsync(Registry.Search.SearchPattern.Parse("x"), cursor, 10));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1001)]
    public async Task A_limit_out_of_bounds_is_refused(int limit)
    {
        await using var catalog = await CreateAsync();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => catalog.Store.Artifacts.ListAsync([ArtifactFilter.Everything], null, limit));
    }

    [Fact]
    public async Task A_cursor_outlives_the_artifact_it_was_given_out_for_and_a_restart()
    {
        await using var catalog = await CreateAsync();
        for (var i = 0; i < 4; i++) await catalog.Store.Artifacts.SaveAsync(Samples.Artifact($"{i}"), null, 0);
        var all = (await catalog.Store.Artifacts.ListAsync([ArtifactFilter.Everything], null, 10)).Items;
        var first = await catalog.Store.Artifacts.ListAsync([ArtifactFilter.Everything], null, 2);
        await catalog.Store.Artifacts.DeleteAsync(first.Items[1].Id);
        await catalog.ReopenAsync();
        var second = await catalog.Store.Artifacts.ListAsync([ArtifactFilter.Everything], first.Next, 2);
        Assert.Equal(all.Skip(2).Select(a => a.Id), second.Items.Select(a => a.Id));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Whoever_follows_the_cursors_meets_every_stable_artifact_exactly_once_while_others_come_and_go()
    {
        await using var catalog = await CreateAsync();
        List<Artifact> stable = [], transient = [];
        for (var i = 0; i < 60; i++)
        {
            var artifact = Samples.Artifact(i % 2 == 0 ? "stable" : "transient");
            await catalog.Store.Artifacts.SaveAsync(artifact, null, 0);
            (i % 2 == 0 ? stable : transient).Add(artifact);
        }

        using var done = new CancellationTokenSource();
        var churn = Task.Run(async () =>
        {
            for (var round = 0; !done.IsCancellationRequested; round++)
            {
                await catalog.Store.Artifacts.DeleteAsync(transient[round % transient.Count].Id);
                transient[round % transient.Count] = Samples.Artifact("transient");
                await catalog.Store.Artifacts.SaveAsync(transient[round % transient.Count], null, 0);
                // A change to a stable artifact must not move it.
                var touched = (await catalog.Store.Artifacts.FindAsync(stable[round % stable.Count].Id))!;
                await catalog.Store.Artifacts.SaveAsync(touched.Item with { License = $"round {round}" }, null, touched.Version);
            }
        });

        for (var pass = 0; pass < 10; pass++)
        {
            var listed = await Samples.AllPagesAsync(7, cursor => catalog.Store.Artifacts.ListAsync([ArtifactFilter.Everything], cursor, 7));
            Assert.Equal(stable.Select(a => a.Id.ToString()).Order(), listed.Where(a => a.Name == "stable").Select(a => a.Id.ToString()).Order());
            Assert.Equal(listed.Count, listed.DistinctBy(a => a.Id).Count());
        }
        await done.CancelAsync();
        await churn;
    }

    [Fact]
    public async Task What_was_acknowledged_is_seen_at_once_by_everyone()
    {
        await using var catalog = await CreateAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                var artifact = Samples.Artifact($"name {worker} {i}");
                await catalog.Store.Artifacts.SaveAsync(artifact, $"card number-{worker}-{i}-end", 0);
                Assert.NotNull(await catalog.Store.Artifacts.FindAsync(artifact.Id));
                Assert.NotNull(await catalog.Store.Artifacts.FindByUrlAsync(artifact.Type, artifact.Url));
                Assert.Single((await catalog.Store.Artifacts.ListAsync([new(artifact.Name, [])], null, 10)).Items);
                var pattern = Registry.Search.SearchPattern.Parse($"number-{worker}-{i}-end");
                Assert.Single((await catalog.Store.Artifacts.SearchAsync(pattern, null, 10)).Items);
                await catalog.Store.Artifacts.DeleteAsync(artifact.Id);
                Assert.Empty((await catalog.Store.Artifacts.ListAsync([new(artifact.Name, [])], null, 10)).Items);
                Assert.Empty((await catalog.Store.Artifacts.SearchAsync(pattern, null, 10)).Items);
            }
        })));
    }
}
