using Acme.Registry.Artifacts;
using Acme.Registry.Audit;
using Acme.Registry.Storage;

namespace Acme.Storage.Conformance;

/// <summary>What <see cref="IAuditLog"/> promises.</summary>
public abstract class AuditLogConformance
{
    protected abstract Task<StoreUnderTest<ICatalog>> CreateAsync();

    [Fact]
    public async Task Entries_come_back_whole_and_in_the_order_they_were_added_also_after_reopening()
    {
        await using var catalog = await CreateAsync();
        var id = ArtifactId.New();
        // Their times run backwards: it is the order of the calls that counts.
        AuditEntry[] entries =
        [
            .. Enum.GetValues<AuditAction>().Select((action, i) =>
                Samples.Entry(id, action, i % 2 == 0 ? "ada" : "root", Samples.Noon.AddMinutes(-i)) with { ArtifactType = ArtifactTypes.All[i % 3] }),
        ];
        foreach (var entry in entries) await catalog.Store.Audit.AppendAsync(entry);
        await catalog.Store.Audit.AppendAsync(Samples.Entry(ArtifactId.New()));
        await catalog.ReopenAsync();
        foreach (var limit in new[] { 1, 4, 1000 })
        {
            Assert.Equal(entries, await Samples.AllPagesAsync(limit, cursor => catalog.Store.Audit.ListAsync(id, cursor, limit)));
        }
    }

    [Fact]
    public async Task The_trail_of_an_artifact_that_nobody_touched_is_empty()
    {
        await using var catalog = await CreateAsync();
        var page = await catalog.Store.Audit.ListAsync(ArtifactId.New(), null, 10);
        Assert.Empty(page.Items);
        Assert.Null(page.Next);
    }

    [Fact]
    public async Task The_trail_outlives_the_artifact()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("a");
        await catalog.Store.Artifacts.SaveAsync(artifact, null, 0);
        await catalog.Store.Audit.AppendAsync(Samples.Entry(artifact.Id));
        await catalog.Store.Artifacts.DeleteAsync(artifact.Id);
        Assert.Single((await catalog.Store.Audit.ListAsync(artifact.Id, null, 10)).Items);
    }

    [Fact]
    public async Task The_artifacts_that_have_a_trail_are_listed_once_each_in_the_order_of_their_ids()
    {
        await using var catalog = await CreateAsync();
        Assert.Empty((await catalog.Store.Audit.ListArtifactsAsync(null, 10)).Items);
        var ids = Enumerable.Range(0, 7).Select(_ => ArtifactId.New()).ToList();
        foreach (var id in ids.Concat(ids.Take(3))) await catalog.Store.Audit.AppendAsync(Samples.Entry(id));
        foreach (var limit in new[] { 1, 3, 1000 })
        {
            Assert.Equal(
                ids.OrderBy(id => id.ToString(), StringComparer.Ordinal),
                await Samples.AllPagesAsync(limit, cursor => catalog.Store.Audit.ListArtifactsAsync(cursor, limit)));
        }
        await Assert.ThrowsAsync<InvalidCursorException>(() => catalog.Store.Audit.ListArtifactsAsync("nonsense", 10));
    }

    [Fact]
    public async Task Entries_added_at_once_are_all_kept_and_those_of_one_caller_in_order()
    {
        await using var catalog = await CreateAsync();
        var id = ArtifactId.New();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++) await catalog.Store.Audit.AppendAsync(Samples.Entry(id, user: $"{worker}", at: Samples.Noon.AddSeconds(i)));
        })));
        var entries = await Samples.AllPagesAsync(33, cursor => catalog.Store.Audit.ListAsync(id, cursor, 33));
        Assert.Equal(200, entries.Count);
        foreach (var worker in entries.GroupBy(e => e.UserName))
        {
            Assert.Equal(Enumerable.Range(0, 20).Select(i => Samples.Noon.AddSeconds(i)), worker.Select(e => e.At));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    public async Task A_cursor_that_was_never_given_out_is_refused(string cursor)
    {
        await using var catalog = await CreateAsync();
        await Assert.ThrowsAsync<InvalidCursorException>(() => catalog.Store.Audit.ListAsync(ArtifactId.New(), cursor, 10));
    }
}
