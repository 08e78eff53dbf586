using Acme.Registry.Access;
using Acme.Registry.Search;
using Acme.Registry.Storage;

namespace Acme.Storage.Conformance;

/// <summary>What <see cref="ICatalog"/> promises across its stores: preparation, the epoch and the reset.</summary>
public abstract class CatalogConformance
{
    protected abstract Task<StoreUnderTest<ICatalog>> CreateAsync();

    [Fact]
    public async Task Preparing_again_changes_nothing()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("a", epoch: await catalog.Store.GetEpochAsync());
        await catalog.Store.Artifacts.SaveAsync(artifact, null, 0);
        await Task.WhenAll(catalog.Store.PrepareAsync(), catalog.Store.PrepareAsync());
        Assert.NotNull(await catalog.Store.Artifacts.FindAsync(artifact.Id));
    }

    [Fact]
    public async Task A_reset_empties_all_but_the_named_users_and_tokens_and_raises_the_epoch_by_one()
    {
        await using var catalog = await CreateAsync();
        var epoch = await catalog.Store.GetEpochAsync();
        var artifact = Samples.Artifact("model", epoch: epoch);
        await catalog.Store.Artifacts.SaveAsync(artifact, "the card", 0);
        await catalog.Store.Audit.AppendAsync(Samples.Entry(artifact.Id));
        await catalog.Store.Jobs.AddAsync(Samples.Job("job"));
        foreach (var user in new[] { "root", "ada" }) await catalog.Store.Users.SaveAsync(Samples.User(user), 0);
        foreach (var token in new[] { "kept", "dropped" }) await catalog.Store.Tokens.AddAsync(Samples.Token(token, "root"));
        await catalog.Store.Tokens.AddAsync(Samples.Token("ada's", "ada"));

        await catalog.Store.ResetAsync(["root"], [Samples.Token("kept").Hash]);

        foreach (var reopened in new[] { false, true })
        {
            if (reopened) await catalog.ReopenAsync();
            Assert.Equal(epoch + 1, await catalog.Store.GetEpochAsync());
            Assert.Null(await catalog.Store.Artifacts.FindAsync(artifact.Id));
            Assert.Null(await catalog.Store.Artifacts.FindByUrlAsync(artifact.Type, artifact.Url));
            Assert.Empty((await catalog.Store.Artifacts.ListAsync([ArtifactFilter.Everything, new("model", [])], null, 10)).Items);
            Assert.Empty((await catalog.Store.Artifacts.SearchAsync(SearchPattern.Parse("the card|model"), null, 10)).Items);
            Assert.Empty((await catalog.Store.Audit.ListAsync(artifact.Id, null, 10)).Items);
            Assert.Null(await catalog.Store.Jobs.FindAsync("job"));
            Assert.Equal(["root"], (await catalog.Store.Users.ListAsync(null, 10)).Items.Select(u => u.Name));
            Assert.Equal(TokenOutcome.Granted, (await catalog.Store.Tokens.UseAsync(Samples.Token("kept").Hash, Samples.Noon)).Outcome);
            Assert.Equal(TokenOutcome.Unknown, (await catalog.Store.Tokens.UseAsync(Samples.Token("dropped").Hash, Samples.Noon)).Outcome);
            Assert.Equal(TokenOutcome.Unknown, (await catalog.Store.Tokens.UseAsync(Samples.Token("ada's").Hash, Samples.Noon)).Outcome);
        }
    }

    [Fact]
    public async Task Work_begun_before_a_reset_cannot_publish_after_it()
    {
        await using var catalog = await CreateAsync();
        var before = await catalog.Store.GetEpochAsync();
        var published = Samples.Artifact("published", epoch: before);
        var version = await catalog.Store.Artifacts.SaveAsync(published, null, 0);
        await catalog.Store.ResetAsync([], []);

        await Assert.ThrowsAsync<EpochChangedException>(() => catalog.Store.Artifacts.SaveAsync(Samples.Artifact("late", epoch: before), null, 0));
        await Assert.ThrowsAsync<EpochChangedException>(() => catalog.Store.Artifacts.SaveAsync(published, null, version));
        Assert.Empty((await catalog.Store.Artifacts.ListAsync([ArtifactFilter.Everything], null, 10)).Items);
        await catalog.Store.Artifacts.SaveAsync(published with { Epoch = before + 1 }, null, 0);
    }

    [Fact]
    public async Task Resets_among_many_saves_leave_nothing_of_an_older_epoch()
    {
        await using var catalog = await CreateAsync();
        var savers = Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 15; i++)
            {
                var epoch = await catalog.Store.GetEpochAsync();
                try
                {
                    await catalog.Store.Artifacts.SaveAsync(Samples.Artifact($"{worker} {i}", epoch: epoch), "a card", 0);
                }
                catch (EpochChangedException)
                {
                    // What the reset is there for: this one came too late.
                    Assert.NotEqual(epoch, await catalog.Store.GetEpochAsync());
                }
            }
        })).ToList();
        for (var i = 0; i < 5; i++)
        {
            await catalog.Store.ResetAsync([], []);
            var epoch = await catalog.Store.GetEpochAsync();
            var seen = await catalog.Store.Artifacts.ListAsync([ArtifactFilter.Everything], null, 1000);
            Assert.All(seen.Items, a => Assert.Equal(epoch, a.Epoch));
        }
        await Task.WhenAll(savers);
        var last = await catalog.Store.GetEpochAsync();
        Assert.All((await catalog.Store.Artifacts.ListAsync([ArtifactFilter.Everything], null, 1000)).Items, a => Assert.Equal(last, a.Epoch));
    }

    [Fact]
    public async Task A_cancelled_reset_changes_nothing()
    {
        await using var catalog = await CreateAsync();
        var epoch = await catalog.Store.GetEpochAsync();
        await catalog.Store.Users.SaveAsync(Samples.User("ada"), 0);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => catalog.Store.ResetAsync([], [], new CancellationToken(canceled: true)));
        Assert.Equal(epoch, await catalog.Store.GetEpochAsync());
        Assert.NotNull(await catalog.Store.Users.FindAsync("ada"));
    }

    [Fact]
    public async Task The_epoch_is_one_in_a_new_catalog_and_survives_reopening()
    {
        await using var catalog = await CreateAsync();
        var epoch = await catalog.Store.GetEpochAsync();
        Assert.Equal(1, epoch);
        await catalog.Store.ResetAsync([], []);
        await catalog.ReopenAsync();
        Assert.Equal(2, await catalog.Store.GetEpochAsync());
    }
}
