using Acme.Registry.Artifacts;
using Acme.Registry.Aws.DynamoDb;
using Acme.Registry.Storage;
using Acme.Storage.Conformance;
using Acme.Storage.Engines;

namespace Acme.Registry.Aws.Tests;

/// <summary>What a change leaves that dies in the middle is collected after the grace time, and nothing else is.</summary>
public sealed class LeftoversTests
{
    private const string Name = "one name for all";

    public static TheoryData<string> Changes => ["publish", "replace", "rename", "move", "new card", "no card", "delete"];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task What_a_change_leaves_that_died_at_any_request_is_collected_after_the_grace_time(string change)
    {
        await using var proxy = new FaultProxy((await DynamoEngine.GetAsync()).Address);
        var options = Stores.DynamoDb((await DynamoEngine.GetAsync()).Address);
        await using var living = await Stores.DynamoDbAsync(options);
        var dying = await Stores.OpenDynamoDbAsync(new() { ServiceUrl = proxy.Address, Table = options.Table, MaxRetries = 0 });
        await using var closing = (IAsyncDisposable)dying;
        await living.Store.Artifacts.SaveAsync(Samples.Artifact(Name), "the card of a neighbour", 0);

        var leftSomething = 0;
        bool isWhole;
        var allowed = 0;
        do
        {
            var artifact = Samples.Artifact(Name);
            var version = change == "publish" ? 0 : await living.Store.Artifacts.SaveAsync(artifact, "a card", 0);
            var began = DateTimeOffset.UtcNow;
            isWhole = await DiesAsync(proxy, allowed++, () => MakeAsync(dying, change, artifact, version));
            var after = await Stores.ContentsAsync(options);
            if ((await after.CompareAsync(living.Store)).Unreachable.Count > 0) leftSomething++;

            Assert.Equal(0, await Stores.CollectLeftoversAsync(options, began));
            Assert.Equal(after.Keys, (await Stores.ContentsAsync(options)).Keys);
            await Stores.CollectLeftoversAsync(options, DateTimeOffset.UtcNow.AddSeconds(1));
            await ExpectNothingElseAsync(options, living.Store);
            if (isWhole) Assert.Equal(after.Keys, (await Stores.ContentsAsync(options)).Keys);

            // The URL of what died is free, and that of what is published is not.
            var next = Samples.Artifact(Name, artifact.Url);
            if (await living.Store.Artifacts.FindByUrlAsync(artifact.Type, artifact.Url) is null) await living.Store.Artifacts.SaveAsync(next, null, 0);
            else await Assert.ThrowsAsync<DuplicateUrlException>(() => living.Store.Artifacts.SaveAsync(next, null, 0));
        }
        while (!isWhole);
        await ExpectNothingElseAsync(options, living.Store);
        Assert.True(leftSomething >= 2, $"Of {allowed} changes that died only {leftSomething} left something.");
    }

    [Fact]
    public async Task Saves_of_the_same_names_and_urls_lose_nothing_while_everything_is_taken_for_left_over()
    {
        var options = Stores.DynamoDb((await DynamoEngine.GetAsync()).Address);
        await using var catalog = await Stores.DynamoDbAsync(options);
        var artifacts = catalog.Store.Artifacts;
        string[] urls = [.. Enumerable.Range(0, 3).Select(i => $"https://example.org/{i}")];
        using var over = new CancellationTokenSource();
        var lookedInto = 0;
        var collecting = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                // As if the grace time were less than nothing: also what has just begun.
                lookedInto += await Stores.CollectLeftoversAsync(options, DateTimeOffset.UtcNow.AddHours(1));
                await Task.Delay(Random.Shared.Next(40));
            }
        });
        await Samples.AtOnceAsync(4, async worker =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 15; i++)
            {
                try
                {
                    var artifact = Samples.Artifact(Name, urls[random.Next(urls.Length)]);
                    var version = await artifacts.SaveAsync(artifact, "a card", 0);
                    artifact = artifact with { Name = $"{Name} {random.Next(2)}", Url = urls[random.Next(urls.Length)] };
                    await artifacts.SaveAsync(artifact, random.Next(2) == 0 ? "another card" : null, version);
                    var isListed = (await artifacts.ListAsync([new(artifact.Name, [])], null, 100)).Items.Any(a => a.Id == artifact.Id);
                    var isAtUrl = (await artifacts.FindByUrlAsync(artifact.Type, artifact.Url))?.Item.Id == artifact.Id;
                    // Unless another worker has deleted it.
                    Assert.True((isListed && isAtUrl) || await artifacts.FindAsync(artifact.Id) is null);
                    await artifacts.DeleteAsync(artifact.Id);
                }
                catch (DuplicateUrlException e)
                {
                    await artifacts.DeleteAsync(e.Existing);
                }
                catch (VersionConflictException)
                {
                    // Another worker has deleted it.
                }
            }
            return 0;
        });
        await over.CancelAsync();
        await collecting;
        Assert.True(lookedInto > 0);
        await Stores.CollectLeftoversAsync(options, DateTimeOffset.UtcNow.AddHours(1));
        await ExpectNothingElseAsync(options, catalog.Store);
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("replace")]
    public async Task A_change_and_a_collection_that_cross_leave_nothing_wherever_each_is_held_up(string change)
    {
        var engine = (await DynamoEngine.GetAsync()).Address;
        var options = Stores.DynamoDb(engine);
        await using var living = await Stores.DynamoDbAsync(options);
        await using var saving = new FaultProxy(engine);
        var saver = await Stores.OpenDynamoDbAsync(new() { ServiceUrl = saving.Address, Table = options.Table });
        await using var closing = (IAsyncDisposable)saver;
        await using var collecting = new FaultProxy(engine);
        var collector = new DynamoDbOptions { ServiceUrl = collecting.Address, Table = options.Table };

        var crossed = 0;
        var isSaveHeld = true;
        for (var saveAt = 1; isSaveHeld; saveAt++)
        {
            var isCollectionHeld = true;
            for (var collectAt = 1; isCollectionHeld && isSaveHeld; collectAt++)
            {
                var artifact = Samples.Artifact(Name);
                var version = change == "publish" ? 0 : await living.Store.Artifacts.SaveAsync(artifact, "a card", 0);
                var saveOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var collectOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                (var save, isSaveHeld) = await HoldAsync(saving, saveAt, saveOn.Task, () => MakeAsync(saver, change, artifact, version));
                (var collection, isCollectionHeld) = await HoldAsync(
                    collecting, collectAt, collectOn.Task, () => Stores.CollectLeftoversAsync(collector, DateTimeOffset.UtcNow.AddHours(1)));
                saveOn.SetResult();
                await save;
                collectOn.SetResult();
                await collection;

                await Stores.CollectLeftoversAsync(options, DateTimeOffset.UtcNow.AddHours(1));
                Assert.NotNull(await living.Store.Artifacts.FindAsync(artifact.Id));
                crossed++;
            }
            await ExpectNothingElseAsync(options, living.Store);
        }
        Assert.True(crossed > 80, $"Only {crossed} crossed.");
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("replace")]
    public async Task What_saves_of_before_a_reset_write_after_the_clearing_is_collected(string change)
    {
        var engine = (await DynamoEngine.GetAsync()).Address;
        var options = Stores.DynamoDb(engine);
        await using var living = await Stores.DynamoDbAsync(options);
        var clearing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Each is held at another of its requests, the last ones at none.
        List<HeldSave> saves = [];
        for (var holdAt = 1; saves.All(s => s.IsHeld); holdAt++)
        {
            var artifact = Samples.Artifact(Name);
            var version = change == "publish" ? 0 : await living.Store.Artifacts.SaveAsync(artifact, "a card", 0);
            saves.Add(await HeldSave.StartAsync(engine, options, holdAt, clearing.Task, catalog => MakeAsync(catalog, change, artifact, version)));
        }
        Assert.True(saves.Count > 8, $"Only {saves.Count - 1} were held.");
        await living.Store.ResetAsync([], []);
        await ClearedAsync(options);
        clearing.SetResult();
        foreach (var save in saves) await save.DisposeAsync();

        Assert.NotEmpty((await (await Stores.ContentsAsync(options)).CompareAsync(living.Store)).Unreachable);
        await Stores.CollectLeftoversAsync(options, DateTimeOffset.UtcNow.AddSeconds(1));
        await ExpectNothingElseAsync(options, living.Store);
    }

    private static Task MakeAsync(ICatalog catalog, string change, Artifact artifact, long version) => change switch
    {
        "publish" => catalog.Artifacts.SaveAsync(artifact, "a card", 0),
        "replace" => catalog.Artifacts.SaveAsync(artifact with { Name = "another name", Url = artifact.Url + "/moved" }, "another card", version),
        "rename" => catalog.Artifacts.SaveAsync(artifact with { Name = "another name" }, null, version),
        "move" => catalog.Artifacts.SaveAsync(artifact with { Url = artifact.Url + "/moved" }, null, version),
        "new card" => catalog.Artifacts.SaveAsync(artifact, "another card", version),
        "no card" => catalog.Artifacts.SaveAsync(artifact, "", version),
        "delete" => catalog.Artifacts.DeleteAsync(artifact.Id),
        _ => throw new ArgumentException(change, nameof(change)),
    };

    /// <summary>Lets so many requests of the change through and none after them, also none of those that tidy up; true when there were no more.</summary>
    private static async Task<bool> DiesAsync(FaultProxy proxy, int allowed, Func<Task> change)
    {
        var requests = 0;
        proxy.Choose = _ => Interlocked.Increment(ref requests) <= allowed ? Fault.None : Fault.Unavailable;
        try
        {
            await change();
        }
        catch (StorageUnavailableException)
        {
            Assert.True(requests > allowed);
        }
        proxy.Choose = _ => Fault.None;
        return requests <= allowed;
    }

    /// <summary>Begins an operation and waits until one of its requests is held up, or it is over.</summary>
    private static async Task<(Task Operation, bool IsHeld)> HoldAsync(FaultProxy proxy, int holdAt, Task until, Func<Task> begin)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var requests = 0;
        proxy.HoldAsync = () =>
        {
            if (Interlocked.Increment(ref requests) != holdAt) return Task.CompletedTask;
            held.SetResult();
            return until;
        };
        var operation = begin();
        await Task.WhenAny(operation, held.Task);
        return (operation, held.Task.IsCompleted);
    }

    private static async Task ClearedAsync(DynamoDbOptions options)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (!(await Stores.ContentsAsync(options)).IsClearing) return;
            await Task.Delay(50);
        }
        Assert.Fail("The reset is not cleared away.");
    }

    private static async Task ExpectNothingElseAsync(DynamoDbOptions options, ICatalog catalog)
    {
        var (missing, unreachable) = await (await Stores.ContentsAsync(options)).CompareAsync(catalog);
        Assert.Empty(missing);
        Assert.Empty(unreachable);
    }

    /// <summary>A change through a proxy of its own, which holds up one of its requests.</summary>
    private sealed class HeldSave(FaultProxy proxy, ICatalog catalog, Task save, bool isHeld) : IAsyncDisposable
    {
        /// <summary>Whether it made so many requests that one was held.</summary>
        public bool IsHeld => isHeld;

        public static async Task<HeldSave> StartAsync(Uri engine, DynamoDbOptions options, int holdAt, Task until, Func<ICatalog, Task> make)
        {
            var proxy = new FaultProxy(engine);
            var catalog = await Stores.OpenDynamoDbAsync(new() { ServiceUrl = proxy.Address, Table = options.Table });
            var (save, isHeld) = await HoldAsync(proxy, holdAt, until, () => make(catalog));
            return new(proxy, catalog, save, isHeld);
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                await save;
            }
            catch (Exception e) when (e is EpochChangedException or VersionConflictException)
            {
                // It learnt of the reset in time.
            }
            await ((IAsyncDisposable)catalog).DisposeAsync();
            await proxy.DisposeAsync();
        }
    }
}
