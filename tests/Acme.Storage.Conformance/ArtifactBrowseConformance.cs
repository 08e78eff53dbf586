using Acme.Registry.Artifacts;
using Acme.Registry.Search;
using Acme.Registry.Storage;

namespace Acme.Storage.Conformance;

/// <summary>What <see cref="IArtifactStore.BrowseAsync"/> and <see cref="IArtifactStore.CountAsync"/> promise.</summary>
public abstract class ArtifactBrowseConformance
{
    public static TheoryData<ArtifactOrder> Orders => [.. Enum.GetValues<ArtifactOrder>()];

    protected abstract Task<StoreUnderTest<ICatalog>> CreateAsync();

    [Fact]
    public async Task The_newest_come_first_whenever_they_were_saved()
    {
        await using var catalog = await CreateAsync();
        foreach (var minute in new[] { 3, 1, 5, 2, 4 }) await SaveAsync(catalog, Samples.Artifact($"{minute}") with { CreatedAt = Samples.Noon.AddMinutes(minute) });
        Assert.Equal(["5", "4", "3", "2", "1"], await NamesAsync(catalog, new()));
    }

    [Fact]
    public async Task Names_are_in_the_order_of_their_bytes()
    {
        await using var catalog = await CreateAsync();
        // U+FF5E is before U+1F600 in UTF-8, and behind its surrogates in UTF-16.
        string[] names = ["A", "Z", "a", "a-b", "a/b", "aa", "b", "e\u0301", "\u00e9", "\u6a21", "\uff5e", "\U0001F600"];
        foreach (var name in names.Reverse()) await SaveAsync(catalog, Samples.Artifact(name));
        Assert.Equal(names, await NamesAsync(catalog, new() { Order = ArtifactOrder.Name }));
    }

    [Fact]
    public async Task The_best_score_comes_first_and_the_unrated_after_all_that_have_one()
    {
        await using var catalog = await CreateAsync();
        double?[] scores = [0.1 + 0.2, null, 1, 0, 0.3, double.Epsilon];
        foreach (var score in scores) await SaveAsync(catalog, Samples.Artifact($"{score:R}") with { Rating = score is { } s ? Samples.Rating(s) : null });
        Assert.Equal(["1", $"{0.1 + 0.2:R}", "0.3", $"{double.Epsilon:R}", "0", ""], await NamesAsync(catalog, new() { Order = ArtifactOrder.NetScore }));
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Ties_are_in_one_order_whatever_the_page_size_and_each_is_met_once(ArtifactOrder order)
    {
        await using var catalog = await CreateAsync();
        for (var i = 0; i < 23; i++) await SaveAsync(catalog, Samples.Artifact("same") with { Rating = Samples.Rating(0.5) });
        var whole = (await catalog.Store.Artifacts.BrowseAsync(new() { Order = order }, null, 1000)).Items.Select(a => a.Id).ToList();
        Assert.Equal(23, whole.Distinct().Count());
        foreach (var limit in new[] { 1, 4, 22, 23 })
        {
            var paged = await Samples.AllPagesAsync(limit, cursor => catalog.Store.Artifacts.BrowseAsync(new() { Order = order }, cursor, limit));
            Assert.Equal(whole, paged.Select(a => a.Id));
        }
    }

    [Fact]
    public async Task Every_condition_of_a_query_must_hold()
    {
        await using var catalog = await CreateAsync();
        var number = 0;
        foreach (var type in ArtifactTypes.All)
        {
            foreach (var license in new[] { null, "MIT", "Apache-2.0" })
            {
                foreach (var score in new double?[] { null, 0.2, 0.8 })
                {
                    var artifact = Samples.Artifact($"org/thing-{number++}", type: type) with
                    {
                        License = license,
                        CreatedAt = Samples.Noon.AddSeconds(number),
                        Parents = score is 0.8 ? [new("org/base", "base_model", ArtifactType.Model, "model_card"), new("org/base", "adapter", ArtifactType.Model, "config_json")] : [],
                        Rating = score is { } s ? Samples.Rating(s, s > 0.5, s > 0.5 ? [] : ["license.stated", "bus_factor.recent_activity"]) : null,
                    };
                    await catalog.Store.Artifacts.SaveAsync(artifact, license is null ? "a card with a needle" : "a card of hay", 0);
                }
            }
        }
        var all = (await catalog.Store.Artifacts.ListAsync([ArtifactFilter.Everything], null, 1000)).Items;
        Assert.Equal(27, all.Count);
        ArtifactType[][] types = [[], [ArtifactType.Model], [ArtifactType.Code, ArtifactType.Dataset], [.. ArtifactTypes.All]];
        string[][] labels =
        [
            [], ["license:mit"], ["license:MIT"], ["verdict:accepted"], ["verdict:rejected", "finding:license.stated"], ["parent:org/base", "license:apache-2.0"],
            ["finding:license.stated", "finding:bus_factor.recent_activity", "license:mit"], ["verdict:accepted", "verdict:rejected"], ["license:mit", "license:mit"], ["nothing"], [""],
        ];
        foreach (var order in Enum.GetValues<ArtifactOrder>())
        {
            foreach (var (type, label) in from t in types from l in labels select (t, l))
            {
                foreach (var (pattern, min) in new (string?, double?)[] { (null, null), (null, 0.2), ("needle", null), ("thing-[0-9]$|needle", 0.8) })
                {
                    var query = new ArtifactQuery
                    {
                        Types = type,
                        Labels = label,
                        Order = order,
                        MinNetScore = min,
                        Pattern = pattern is null ? null : SearchPattern.Parse(pattern),
                    };
                    var expected = all.Where(a =>
                        (type.Length == 0 || type.Contains(a.Type)) && label.All(a.Labels().Contains) && (min is null || a.Rating?.NetScore >= min)
                        && (pattern is null || (a.License is null && pattern.Contains("needle")) || query.Pattern!.IsFoundIn(a.Name)));
                    var met = await Samples.AllPagesAsync(5, cursor => catalog.Store.Artifacts.BrowseAsync(query, cursor, 5));
                    Assert.Equal(expected.Select(a => a.Name).Order(StringComparer.Ordinal), met.Select(a => a.Name).Order(StringComparer.Ordinal));
                    Assert.Equal(Samples.InOrder(met, order).Select(a => Samples.OrderKey(a, order)), met.Select(a => Samples.OrderKey(a, order)));
                }
            }
        }
    }

    [Fact]
    public async Task What_changes_is_found_by_what_it_is_now_at_once()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("first") with { License = "MIT", Rating = Samples.Rating(0.9, true, "a.b") };
        var version = await SaveAsync(catalog, artifact);
        await SaveAsync(catalog, Samples.Artifact("other") with { Rating = Samples.Rating(0.5) });
        var changed = artifact with { Name = "zulu", License = "Apache-2.0", Rating = Samples.Rating(0.1, false, "c.d") };
        version = await catalog.Store.Artifacts.SaveAsync(changed, null, version);
        foreach (var old in new[] { "license:mit", "finding:a.b" }) Assert.Empty(await NamesAsync(catalog, new() { Labels = [old] }));
        foreach (var now in new[] { "license:apache-2.0", "finding:c.d", "verdict:rejected" }) Assert.Equal(["zulu"], await NamesAsync(catalog, new() { Labels = [now] }));
        Assert.Equal(["other"], await NamesAsync(catalog, new() { Labels = ["verdict:accepted"] }));
        Assert.Equal(["other", "zulu"], await NamesAsync(catalog, new() { Order = ArtifactOrder.Name }));
        Assert.Equal(["other", "zulu"], await NamesAsync(catalog, new() { Order = ArtifactOrder.NetScore }));
        Assert.Equal(["other"], await NamesAsync(catalog, new() { MinNetScore = 0.2 }));

        await catalog.Store.Artifacts.SaveAsync(changed with { Rating = null }, null, version);
        Assert.Empty(await NamesAsync(catalog, new() { Labels = ["verdict:rejected"] }));
        Assert.Equal(["other", "zulu"], await NamesAsync(catalog, new() { Order = ArtifactOrder.NetScore }));
    }

    [Fact]
    public async Task A_refused_save_changes_neither_what_is_found_nor_what_is_counted()
    {
        await using var catalog = await CreateAsync();
        var artifact = Samples.Artifact("there", "https://example.org/x") with { License = "MIT" };
        await SaveAsync(catalog, artifact);
        await Assert.ThrowsAsync<VersionConflictException>(() => catalog.Store.Artifacts.SaveAsync(artifact with { License = "GPL-3.0" }, null, 0));
        await Assert.ThrowsAsync<DuplicateUrlException>(() => catalog.Store.Artifacts.SaveAsync(Samples.Artifact("other", artifact.Url) with { License = "GPL-3.0" }, null, 0));
        Assert.Empty(await NamesAsync(catalog, new() { Labels = ["license:gpl-3.0"] }));
        Assert.Equal(["there"], await NamesAsync(catalog, new() { Labels = ["license:mit"] }));
        Assert.Equal(1, (await catalog.Store.Artifacts.CountAsync()).ByType.Values.Sum());
    }

    [Fact]
    public async Task Counts_follow_saves_changes_deletes_and_resets_also_over_reopening()
    {
        await using var catalog = await CreateAsync();
        await ExpectAsync(0, 0, 0, 0);
        var model = Samples.Artifact("model") with { Rating = Samples.Rating(0.2, accepted: false) };
        var version = await SaveAsync(catalog, model);
        await SaveAsync(catalog, Samples.Artifact("good") with { Rating = Samples.Rating(0.9) });
        var code = Samples.Artifact("code", type: ArtifactType.Code);
        await SaveAsync(catalog, code);
        await ExpectAsync(2, 0, 1, 1);
        version = await catalog.Store.Artifacts.SaveAsync(model with { Rating = Samples.Rating(0.8) }, null, version);
        await ExpectAsync(2, 0, 1, 0);
        await catalog.Store.Artifacts.SaveAsync(model, null, version);
        await catalog.Store.Artifacts.DeleteAsync(code.Id);
        await catalog.Store.Artifacts.DeleteAsync(code.Id);
        await catalog.ReopenAsync();
        await ExpectAsync(2, 0, 0, 1);
        await catalog.Store.ResetAsync([], []);
        await ExpectAsync(0, 0, 0, 0);
        Assert.Empty(await NamesAsync(catalog, new()));
        await SaveAsync(catalog, Samples.Artifact("data", type: ArtifactType.Dataset, epoch: 2) with { License = "MIT" });
        await ExpectAsync(0, 1, 0, 0);
        Assert.Equal(["data"], await NamesAsync(catalog, new() { Labels = ["license:mit"] }));

        async Task ExpectAsync(long models, long datasets, long code, long rejected)
        {
            var counts = await catalog.Store.Artifacts.CountAsync();
            Assert.Equal(new Dictionary<ArtifactType, long> { [ArtifactType.Model] = models, [ArtifactType.Dataset] = datasets, [ArtifactType.Code] = code }, counts.ByType);
            Assert.Equal(rejected, counts.Rejected);
        }
    }

    [Fact]
    public async Task Many_at_once_are_counted_exactly()
    {
        await using var catalog = await CreateAsync();
        await Samples.AtOnceAsync(40, async i =>
        {
            var artifact = Samples.Artifact($"{i}", type: ArtifactTypes.All[i % 3]) with { Rating = i % 2 == 0 ? Samples.Rating(0.1, accepted: false) : null };
            await SaveAsync(catalog, artifact);
            if (i % 4 == 0) await catalog.Store.Artifacts.DeleteAsync(artifact.Id);
            return 0;
        });
        var counts = await catalog.Store.Artifacts.CountAsync();
        var left = Enumerable.Range(0, 40).Where(i => i % 4 != 0).ToList();
        foreach (var type in ArtifactTypes.All) Assert.Equal(left.Count(i => ArtifactTypes.All[i % 3] == type), counts.ByType[type]);
        Assert.Equal(left.Count(i => i % 2 == 0), counts.Rejected);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task Whoever_follows_the_cursors_meets_every_stable_artifact_exactly_once_while_others_come_and_go(ArtifactOrder order)
    {
        await using var catalog = await CreateAsync();
        List<Artifact> stable = [], transient = [];
        for (var i = 0; i < 40; i++)
        {
            var artifact = Samples.Artifact($"{i % 7}") with
            {
                CreatedAt = Samples.Noon.AddSeconds(i % 5),
                License = i % 2 == 0 ? "MIT" : "GPL-3.0",
                Rating = i % 3 == 0 ? null : Samples.Rating(i % 4 / 4.0),
            };
            await SaveAsync(catalog, artifact);
            (i % 2 == 0 ? stable : transient).Add(artifact);
        }

        using var done = new CancellationTokenSource();
        var churn = Task.Run(async () =>
        {
            for (var round = 0; !done.IsCancellationRequested; round++)
            {
                var next = transient[round % transient.Count];
                await catalog.Store.Artifacts.DeleteAsync(next.Id);
                next = next with { Id = ArtifactId.New(), CreatedAt = Samples.Noon.AddSeconds(round % 7), Rating = Samples.Rating(round % 10 / 10.0) };
                await SaveAsync(catalog, next);
                transient[round % transient.Count] = next;
            }
        });
        for (var pass = 0; pass < 8; pass++)
        {
            var met = await Samples.AllPagesAsync(7, cursor => catalog.Store.Artifacts.BrowseAsync(new() { Order = order }, cursor, 7));
            Assert.Equal(stable.Select(a => $"{a.Id}").Order(), met.Where(a => a.License == "MIT").Select(a => $"{a.Id}").Order());
        }
        await done.CancelAsync();
        await churn;
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task A_cursor_outlives_the_artifact_it_was_given_out_for_and_a_restart(ArtifactOrder order)
    {
        await using var catalog = await CreateAsync();
        for (var i = 0; i < 4; i++) await SaveAsync(catalog, Samples.Artifact($"{i}") with { Rating = Samples.Rating(i / 8.0) });
        var all = (await catalog.Store.Artifacts.BrowseAsync(new() { Order = order }, null, 10)).Items;
        var first = await catalog.Store.Artifacts.BrowseAsync(new() { Order = order }, null, 2);
        await catalog.Store.Artifacts.DeleteAsync(first.Items[1].Id);
        await catalog.ReopenAsync();
        var second = await catalog.Store.Artifacts.BrowseAsync(new() { Order = order }, first.Next, 2);
        Assert.Equal(all.Skip(2).Select(a => a.Id), second.Items.Select(a => a.Id));
        Assert.Null(second.Next);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("nonsense")]
    [InlineData("AQEAAAAAAAAAAAAAAAA")]
    [InlineData("' OR 1=1")]
    public async Task A_cursor_that_was_never_given_out_is_refused(string cursor)
    {
        await using var catalog = await CreateAsync();
        foreach (var order in Enum.GetValues<ArtifactOrder>())
            await Assert.ThrowsAsync<InvalidCursorException>(() => catalog.Store.Artifacts.BrowseAsync(new() { Order = order }, cursor, 10));
    }

    [Fact]
    public async Task A_cursor_of_one_order_is_refused_by_another()
    {
        await using var catalog = await CreateAsync();
        foreach (var name in new[] { "a", "b" }) await SaveAsync(catalog, Samples.Artifact(name));
        foreach (var order in Enum.GetValues<ArtifactOrder>())
        {
            var cursor = (await catalog.Store.Artifacts.BrowseAsync(new() { Order = order }, null, 1)).Next;
            Assert.NotNull(cursor);
            foreach (var other in Enum.GetValues<ArtifactOrder>().Where(o => o != order))
                await Assert.ThrowsAsync<InvalidCursorException>(() => catalog.Store.Artifacts.BrowseAsync(new() { Order = other }, cursor, 1));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_limit_out_of_bounds_is_refused(int limit)
    {
        await using var catalog = await CreateAsync();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => catalog.Store.Artifacts.BrowseAsync(new(), null, limit));
    }

    private static Task<long> SaveAsync(StoreUnderTest<ICatalog> catalog, Artifact artifact) => catalog.Store.Artifacts.SaveAsync(artifact, null, 0);

    private static async Task<IEnumerable<string>> NamesAsync(StoreUnderTest<ICatalog> catalog, ArtifactQuery query) =>
        (await Samples.AllPagesAsync(2, cursor => catalog.Store.Artifacts.BrowseAsync(query, cursor, 2))).Select(a => a.Name);
}
