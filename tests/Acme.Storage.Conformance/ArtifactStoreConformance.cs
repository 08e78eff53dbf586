using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Storage.Conformance;

/// <summary>What <see cref="IArtifactStore"/> promises about saving, finding and deleting.</summary>
public abstract class ArtifactStoreConformance
{
    protected abstract Task<StoreUnderTest<ICatalog>> CreateAsync();

    [Fact]
    public async Task A_saved_artifact_is_found_whole_by_id_and_by_url_also_after_reopening()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("org/model") with
        {
            License = "Apache-2.0 OR MIT",
            Parents = [new LineageReference("org/base", "base_model", ArtifactType.Model, "model_card")],
            Rating = new RatingReference(Sha256Digest.Of("rating"u8), 0.1 + 0.2, true, Samples.Noon.AddTicks(1234567), ["license.stated"]),
            LineageProblem = "none \u202e \"quoted\" \\ 模型",
        };
        var version = await catalog.Store.Artifacts.SaveAsync(artifact, "card", 0);
        Assert.NotEqual(0, version);

        foreach (var reopened in new[] { false, true })
        {
            if (reopened) await catalog.ReopenAsync();
            var byId = await catalog.Store.Artifacts.FindAsync(artifact.Id);
            var byUrl = await catalog.Store.Artifacts.FindByUrlAsync(artifact.Type, artifact.Url);
            Assert.Equal(Samples.Json(artifact), Samples.Json(byId!.Item));
            Assert.Equal(Samples.Json(artifact), Samples.Json(byUrl!.Item));
            Assert.Equal(version, byId.Version);
            Assert.Equal(version, byUrl.Version);
        }
    }

    [Fact]
    public async Task What_was_never_saved_is_not_found()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("a");
        await catalog.Store.Artifacts.SaveAsync(artifact, null, 0);
        Assert.Null(await catalog.Store.Artifacts.FindAsync(ArtifactId.New()));
        Assert.Null(await catalog.Store.Artifacts.FindByUrlAsync(artifact.Type, artifact.Url + "/"));
        Assert.Null(await catalog.Store.Artifacts.FindByUrlAsync(ArtifactType.Code, artifact.Url));
    }

    [Fact]
    public async Task Replacing_needs_the_version_that_was_read()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("first");
        var first = await catalog.Store.Artifacts.SaveAsync(artifact, null, 0);
        var second = await catalog.Store.Artifacts.SaveAsync(artifact with { Name = "second" }, null, first);
        Assert.NotEqual(first, second);

        await Assert.ThrowsAsync<VersionConflictException>(() => catalog.Store.Artifacts.SaveAsync(artifact with { Name = "third" }, null, first));
        await Assert.ThrowsAsync<VersionConflictException>(() => catalog.Store.Artifacts.SaveAsync(artifact with { Name = "third" }, null, 0));
        var now = await catalog.Store.Artifacts.FindAsync(artifact.Id);
        Assert.Equal("second", now!.Item.Name);
        Assert.Equal(second, now.Version);
    }

    [Fact]
    public async Task A_deleted_artifact_is_gone_for_every_question_and_cannot_be_brought_back_by_a_late_change()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("gone");
        var version = await catalog.Store.Artifacts.SaveAsync(artifact, null, 0);
        Assert.True(await catalog.Store.Artifacts.DeleteAsync(artifact.Id));
        Assert.False(await catalog.Store.Artifacts.DeleteAsync(artifact.Id));

        Assert.Null(await catalog.Store.Artifacts.FindAsync(artifact.Id));
        Assert.Null(await catalog.Store.Artifacts.FindByUrlAsync(artifact.Type, artifact.Url));
        Assert.Empty((await catalog.Store.Artifacts.ListAsync([ArtifactFilter.Everything], null, 10)).Items);
        Assert.Empty((await catalog.Store.Artifacts.ListAsync([new("gone", [])], null, 10)).Items);
        await Assert.ThrowsAsync<VersionConflictException>(() => catalog.Store.Artifacts.SaveAsync(artifact, null, version));
    }

    [Fact]
    public async Task A_version_is_never_that_of_an_earlier_life_of_the_item()
    {
        await using var catalog = await CreateAsync();
        HashSet<long> versions = [];
        var artifact = Samples.Artifact("again");
        for (var life = 0; life < 3; life++)
        {
            var version = await catalog.Store.Artifacts.SaveAsync(artifact, null, 0);
            Assert.True(versions.Add(version));
            version = await catalog.Store.Artifacts.SaveAsync(artifact, null, version);
            Assert.True(versions.Add(version));
            await catalog.Store.Artifacts.DeleteAsync(artifact.Id);
            // A new life has a new id; only the URL is the same.
            artifact = artifact with { Id = ArtifactId.New() };
            await catalog.ReopenAsync();
        }
    }

    [Fact]
    public async Task One_artifact_per_type_and_url()
    {
        await using var catalog = await CreateAsync();
        var holder = Samples.Artifact("holder", "https://example.org/x");
        var version = await catalog.Store.Artifacts.SaveAsync(holder, null, 0);

        var refused = await Assert.ThrowsAsync<DuplicateUrlException>(
            () => catalog.Store.Artifacts.SaveAsync(Samples.Artifact("other", holder.Url), null, 0));
        Assert.Equal(holder.Id, refused.Existing);
        await catalog.Store.Artifacts.SaveAsync(Samples.Artifact("dataset", holder.Url, ArtifactType.Dataset), null, 0);

        var mover = Samples.Artifact("mover", "https://example.org/y");
        var moverVersion = await catalog.Store.Artifacts.SaveAsync(mover, null, 0);
        refused = await Assert.ThrowsAsync<DuplicateUrlException>(
            () => catalog.Store.Artifacts.SaveAsync(mover with { Url = holder.Url }, null, moverVersion));
        Assert.Equal(holder.Id, refused.Existing);
        Assert.Equal(mover.Url, (await catalog.Store.Artifacts.FindAsync(mover.Id))!.Item.Url);

        await catalog.Store.Artifacts.SaveAsync(holder with { Url = "https://example.org/z" }, null, version);
        Assert.Null(await catalog.Store.Artifacts.FindByUrlAsync(holder.Type, holder.Url));
        await catalog.Store.Artifacts.SaveAsync(mover with { Url = holder.Url }, null, moverVersion);
        Assert.Equal(mover.Id, (await catalog.Store.Artifacts.FindByUrlAsync(holder.Type, holder.Url))!.Item.Id);
    }

    [Fact]
    public async Task The_url_of_a_deleted_artifact_is_free()
    {
        await using var catalog = await CreateAsync();
        var first = Samples.Artifact("one", "https://example.org/x");
        await catalog.Store.Artifacts.SaveAsync(first, null, 0);
        await catalog.Store.Artifacts.DeleteAsync(first.Id);
        var second = Samples.Artifact("two", "https://example.org/x");
        await catalog.Store.Artifacts.SaveAsync(second, null, 0);
        Assert.Equal(second.Id, (await catalog.Store.Artifacts.FindByUrlAsync(first.Type, first.Url))!.Item.Id);
    }

    [Fact]
    public async Task Urls_are_compared_exactly()
    {
        await using var catalog = await CreateAsync();
        string[] urls = ["https://example.org/x", "https://example.org/X", "https://example.org/x ", "https://example.org/x'--", $"https://example.org/{new string('u', 2000)}"];
        foreach (var url in urls) await catalog.Store.Artifacts.SaveAsync(Samples.Artifact(url[..10], url), null, 0);
        foreach (var url in urls) Assert.Equal(url, (await catalog.Store.Artifacts.FindByUrlAsync(ArtifactType.Model, url))!.Item.Url);
    }

    [Fact]
    public async Task Of_many_saves_at_the_same_version_one_succeeds()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("contended");
        foreach (var isNew in new[] { true, false })
        {
            var version = isNew ? 0 : (await catalog.Store.Artifacts.FindAsync(artifact.Id))!.Version;
            var results = await Samples.AtOnceAsync(50, i => catalog.Store.Artifacts.SaveAsync(artifact with { Name = $"by {i}" }, null, version));
            var winner = Assert.Single(results.Index(), r => r.Item is long);
            Assert.Equal(49, results.Count(r => r is VersionConflictException));
            var now = await catalog.Store.Artifacts.FindAsync(artifact.Id);
            Assert.Equal($"by {winner.Index}", now!.Item.Name);
            Assert.Equal(winner.Item, now.Version);
        }
    }

    [Fact]
    public async Task Of_many_saves_of_the_same_url_one_succeeds_and_the_others_learn_its_id()
    {
        await using var catalog = await CreateAsync();
        var candidates = Enumerable.Range(0, 50).Select(i => Samples.Artifact($"candidate {i}", "https://example.org/wanted")).ToList();
        var results = await Samples.AtOnceAsync(50, i => catalog.Store.Artifacts.SaveAsync(candidates[i], null, 0));
        var winner = candidates[Assert.Single(results.Index(), r => r.Item is long).Index];
        Assert.All(results.Where(r => r is not long), r => Assert.Equal(winner.Id, Assert.IsType<DuplicateUrlException>(r).Existing));
        Assert.Single((await catalog.Store.Artifacts.ListAsync([ArtifactFilter.Everything], null, 100)).Items);
    }

    [Fact]
    public async Task A_save_that_was_cancelled_before_it_began_changes_nothing()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("cancelled");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => catalog.Store.Artifacts.SaveAsync(artifact, null, 0, new CancellationToken(canceled: true)));
        Assert.Null(await catalog.Store.Artifacts.FindAsync(artifact.Id));
    }

    [Fact]
    public async Task An_artifact_with_the_most_revisions_fits()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("long history");
        artifact = artifact with { Revisions = [.. Enumerable.Range(0, Artifact.MaxRevisions).Select(i => artifact.Head with { TotalSize = i })] };
        await catalog.Store.Artifacts.SaveAsync(artifact, null, 0);
        Assert.Equal(Samples.Json(artifact), Samples.Json((await catalog.Store.Artifacts.FindAsync(artifact.Id))!.Item));
    }
}
