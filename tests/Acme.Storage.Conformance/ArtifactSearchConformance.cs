using Acme.Registry.Artifacts;
using Acme.Registry.Search;
using Acme.Registry.Storage;

namespace Acme.Storage.Conformance;

/// <summary>What <see cref="IArtifactStore.SearchAsync"/> promises.</summary>
public abstract class ArtifactSearchConformance
{
    protected abstract Task<StoreUnderTest<ICatalog>> CreateAsync();

    [Theory]
    [InlineData("transformer", "card")]
    [InlineData("^org/", "name")]
    [InlineData("tiny$", "name")]
    [InlineData("(?i)TRANSFORMER", "card")]
    [InlineData("TRANSFORMER", "")]
    [InlineData("Whisper", "")]
    [InlineData("whisper", "name")]
    [InlineData("whisper|transformer", "card,name")]
    [InlineData("(?s)small.*transformer", "card")]
    [InlineData("模型卡", "card")]
    [InlineData("😀", "card")]
    [InlineData("😀😀😀", "")]
    [InlineData("GROSSE", "")]
    [InlineData("\"quoted\" AND NOT", "card")]
    [InlineData("[a-z]+ [0-9]{4}", "card")]
    [InlineData(".", "card,name,none")]
    [InlineData("zzz", "")]
    public async Task A_pattern_is_found_in_names_and_cards(string pattern, string expected)
    {
        await using var catalog = await CreateAsync();
        await SaveAsync(catalog, "none", null, "none");
        await SaveAsync(catalog, "org/whisper-tiny", "", "name");
        await SaveAsync(catalog, "thing", "A small\ntransformer from about 2024, große 模型卡 😀 \"quoted\" AND NOT", "card");
        var found = await FindAsync(catalog, pattern);
        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries).Order(), found.Select(a => a.CreatedBy).Order());
    }

    [Fact]
    public async Task No_text_matches_across_the_border_of_name_and_card()
    {
        await using var catalog = await CreateAsync();
        await SaveAsync(catalog, "alpha", "beta");
        Assert.Empty(await FindAsync(catalog, "(?s)alpha.?.?beta"));
        Assert.Empty(await FindAsync(catalog, "(?s)alpha.*beta"));
    }

    [Fact]
    public async Task Replacing_with_no_card_keeps_the_old_one_and_with_a_card_replaces_it()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("first name");
        var version = await catalog.Store.Artifacts.SaveAsync(artifact, "original text", 0);
        version = await catalog.Store.Artifacts.SaveAsync(artifact with { Name = "second title" }, null, version);
        Assert.Single(await FindAsync(catalog, "original text"));
        Assert.Single(await FindAsync(catalog, "second title"));
        Assert.Empty(await FindAsync(catalog, "first name"));

        version = await catalog.Store.Artifacts.SaveAsync(artifact with { Name = "second title" }, "newer words", version);
        Assert.Empty(await FindAsync(catalog, "original text"));
        Assert.Single(await FindAsync(catalog, "newer words"));

        await catalog.Store.Artifacts.SaveAsync(artifact with { Name = "second title" }, "", version);
        Assert.Empty(await FindAsync(catalog, "newer words"));
        Assert.Single(await FindAsync(catalog, "second title"));
    }

    [Fact]
    public async Task A_failed_save_leaves_the_searched_text_as_it_was()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("thing", "https://example.org/x");
        await catalog.Store.Artifacts.SaveAsync(artifact, "original text", 0);
        await Assert.ThrowsAsync<VersionConflictException>(() => catalog.Store.Artifacts.SaveAsync(artifact, "intruding text", 0));
        await Assert.ThrowsAsync<DuplicateUrlException>(
            () => catalog.Store.Artifacts.SaveAsync(Samples.Artifact("other", artifact.Url), "intruding text", 0));
        Assert.Empty(await FindAsync(catalog, "intruding"));
        Assert.Single(await FindAsync(catalog, "original"));
    }

    [Fact]
    public async Task Text_behind_a_nul_is_found()
    {
        await using var catalog = await CreateAsync();
        await SaveAsync(catalog, "binary", "before\0behind the nul");
        Assert.Single(await FindAsync(catalog, "behind"));
        Assert.Single(await FindAsync(catalog, @"before\0behind"));
        Assert.Single(await FindAsync(catalog, @"before\x00beh"));
    }

    [Fact]
    public async Task A_long_card_is_searched_for_at_least_its_first_part()
    {
        await using var catalog = await CreateAsync();
        var card = "beginning-marker " + string.Concat(Enumerable.Repeat("模型 and filler. ", 60_000));
        await SaveAsync(catalog, "long", card);
        Assert.Single(await FindAsync(catalog, "beginning-marker"));
        Assert.Single(await FindAsync(catalog, "模型 and filler"));
    }

    [Fact]
    public async Task Pages_of_a_search_meet_every_match_once_in_the_order_of_the_listing()
    {
        await using var catalog = await CreateAsync();
        for (var i = 0; i < 40; i++) await SaveAsync(catalog, $"number {i}", i % 3 == 0 ? "has the needle in it" : "only hay");
        var listed = (await catalog.Store.Artifacts.ListAsync([ArtifactFilter.Everything], null, 1000)).Items;
        var expected = listed.Where(a => int.Parse(a.Name[7..]) % 3 == 0).Select(a => a.Id).ToList();
        foreach (var limit in new[] { 1, 5, 14, 1000 })
        {
            var pattern = SearchPattern.Parse("needle");
            var found = await Samples.AllPagesAsync(limit, cursor => catalog.Store.Artifacts.SearchAsync(pattern, cursor, limit));
            Assert.Equal(expected, found.Select(a => a.Id));
        }
    }

    [Fact]
    public async Task A_deleted_artifact_is_not_found_and_its_text_does_not_haunt_a_later_one()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("ghost", "https://example.org/x");
        await catalog.Store.Artifacts.SaveAsync(artifact, "haunting words", 0);
        await catalog.Store.Artifacts.DeleteAsync(artifact.Id);
        await catalog.Store.Artifacts.SaveAsync(Samples.Artifact("living", artifact.Url), "other words", 0);
        Assert.Empty(await FindAsync(catalog, "haunting"));
        Assert.Empty(await FindAsync(catalog, "ghost"));
        Assert.Single(await FindAsync(catalog, "other words"));
    }

    [Fact]
    public async Task A_cancelled_search_ends()
    {
        await using var catalog = await CreateAsync();
        await SaveAsync(catalog, "name", "card");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => catalog.Store.Artifacts.SearchAsync(SearchPattern.Parse("card"), null, 10, new CancellationToken(canceled: true)));
    }

    private static Task<long> SaveAsync(StoreUnderTest<ICatalog> catalog, string name, string? card, string createdBy = "ada") =>
        catalog.Store.Artifacts.SaveAsync(Samples.Artifact(name) with { CreatedBy = createdBy }, card, 0);

    private static async Task<IReadOnlyList<Artifact>> FindAsync(StoreUnderTest<ICatalog> catalog, string pattern) =>
        (await catalog.Store.Artifacts.SearchAsync(SearchPattern.Parse(pattern), null, 100)).Items;
}
