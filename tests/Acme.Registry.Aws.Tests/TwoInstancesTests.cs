using Acme.Registry.Artifacts;
using Acme.Registry.Search;
using Acme.Registry.Storage;
using Acme.Storage.Conformance;

namespace Acme.Registry.Aws.Tests;

/// <summary>What one instance has acknowledged, the other sees at once, in every way there is to ask.</summary>
public sealed class TwoInstancesTests
{
    [Fact]
    public async Task What_one_acknowledged_the_other_sees_at_once()
    {
        var table = Stores.DynamoDb((await DynamoEngine.GetAsync()).Address);
        await using var one = await Stores.DynamoDbAsync(table);
        var other = await Stores.OpenDynamoDbAsync(table);
        await using var closing = (IAsyncDisposable)other;
        for (var round = 0; round < 5; round++)
        {
            var artifact = Samples.Artifact($"name {round}");
            var pattern = SearchPattern.Parse($"needle-{round}-end");
            var version = await one.Store.Artifacts.SaveAsync(artifact, $"a needle-{round}-end", 0);
            await ExpectAsync(other, artifact, pattern, 1);
            var changed = artifact with { Name = $"other {round}" };
            await other.Artifacts.SaveAsync(changed, "", version);
            Assert.Empty((await one.Store.Artifacts.SearchAsync(pattern, null, 10)).Items);
            Assert.Empty((await one.Store.Artifacts.ListAsync([new(artifact.Name, [])], null, 10)).Items);
            await ExpectAsync(one.Store, changed, SearchPattern.Parse($"^other {round}$"), 1);
            await one.Store.Artifacts.DeleteAsync(artifact.Id);
            await ExpectAsync(other, changed, SearchPattern.Parse($"^other {round}$"), 0);
        }
        await one.Store.Artifacts.SaveAsync(Samples.Artifact("before the reset"), "card", 0);
        Assert.Single((await other.Artifacts.SearchAsync(SearchPattern.Parse("."), null, 10)).Items);
        await other.ResetAsync([], []);
        Assert.Empty((await one.Store.Artifacts.SearchAsync(SearchPattern.Parse("."), null, 10)).Items);
        Assert.Empty((await one.Store.Artifacts.ListAsync([ArtifactFilter.Everything], null, 10)).Items);
        Assert.Equal(0, (await one.Store.Artifacts.CountAsync()).ByType.Values.Sum());
    }

    [Fact]
    public async Task The_url_of_a_save_that_died_before_it_published_can_be_taken()
    {
        var table = Stores.DynamoDb((await DynamoEngine.GetAsync()).Address);
        await using var one = await Stores.DynamoDbAsync(table);
        var dead = Samples.Artifact("dead", "https://example.org/x");
        await Stores.ClaimAsync(table, dead);
        var living = Samples.Artifact("living", dead.Url);
        await one.Store.Artifacts.SaveAsync(living, null, 0);
        Assert.Equal(living.Id, (await one.Store.Artifacts.FindByUrlAsync(dead.Type, dead.Url))!.Item.Id);
        await Assert.ThrowsAsync<DuplicateUrlException>(() => one.Store.Artifacts.SaveAsync(dead, null, 0));
    }

    private static async Task ExpectAsync(ICatalog catalog, Artifact artifact, SearchPattern pattern, int count)
    {
        Assert.Equal(count == 1, await catalog.Artifacts.FindAsync(artifact.Id) is not null);
        Assert.Equal(count == 1, await catalog.Artifacts.FindByUrlAsync(artifact.Type, artifact.Url) is not null);
        Assert.Equal(count, (await catalog.Artifacts.ListAsync([ArtifactFilter.Everything], null, 10)).Items.Count);
        Assert.Equal(count, (await catalog.Artifacts.ListAsync([new(artifact.Name, [])], null, 10)).Items.Count);
        Assert.Equal(count, (await catalog.Artifacts.ListAsync([new(null, [artifact.Type])], null, 10)).Items.Count);
        Assert.Equal(count, (await catalog.Artifacts.SearchAsync(pattern, null, 10)).Items.Count);
        Assert.Equal(count, (await catalog.Artifacts.BrowseAsync(new() { Types = [artifact.Type] }, null, 10)).Items.Count);
        Assert.Equal(count, (await catalog.Artifacts.CountAsync()).ByType[artifact.Type]);
    }
}
