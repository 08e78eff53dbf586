using Acme.Registry.Storage;

namespace Acme.Storage.Conformance;

/// <summary>What <see cref="ISettingStore"/> promises.</summary>
public abstract class SettingStoreConformance
{
    protected abstract Task<StoreUnderTest<ICatalog>> CreateAsync();

    [Fact]
    public async Task A_setting_is_kept_over_reopening_and_a_reset()
    {
        await using var catalog = await CreateAsync();
        Assert.Null(await catalog.Store.Settings.FindAsync("policy"));
        var version = await catalog.Store.Settings.SaveAsync("policy", "a value, 模型", 0);
        Assert.NotEqual(0, version);
        await catalog.ReopenAsync();
        Assert.Equal(new Versioned<string>("a value, 模型", version), await catalog.Store.Settings.FindAsync("policy"));
        await catalog.Store.ResetAsync([], []);
        Assert.Equal(new Versioned<string>("a value, 模型", version), await catalog.Store.Settings.FindAsync("policy"));
        Assert.Null(await catalog.Store.Settings.FindAsync("Policy"));
    }

    [Fact]
    public async Task Replacing_needs_the_version_that_was_read()
    {
        await using var catalog = await CreateAsync();
        var first = await catalog.Store.Settings.SaveAsync("policy", "one", 0);
        var second = await catalog.Store.Settings.SaveAsync("policy", "", first);
        Assert.NotEqual(first, second);
        foreach (var old in new[] { 0, first }) await Assert.ThrowsAsync<VersionConflictException>(() => catalog.Store.Settings.SaveAsync("policy", "three", old));
        await Assert.ThrowsAsync<VersionConflictException>(() => catalog.Store.Settings.SaveAsync("other", "three", first));
        Assert.Equal(new Versioned<string>("", second), await catalog.Store.Settings.FindAsync("policy"));
    }

    [Fact]
    public async Task Of_many_at_once_one_is_kept()
    {
        await using var catalog = await CreateAsync();
        var results = await Samples.AtOnceAsync(20, i => catalog.Store.Settings.SaveAsync("policy", $"{i}", 0));
        Assert.Single(results.OfType<long>());
        Assert.Equal(19, results.OfType<VersionConflictException>().Count());
    }

    [Fact]
    public async Task A_value_may_have_256_KiB_of_UTF_8_and_no_more()
    {
        await using var catalog = await CreateAsync();
        var longest = new string('é', ISettingStore.MaxValueBytes / 2);
        var version = await catalog.Store.Settings.SaveAsync("policy", longest, 0);
        await Assert.ThrowsAsync<ArgumentException>(() => catalog.Store.Settings.SaveAsync("policy", longest + "x", version));
        Assert.Equal(longest, (await catalog.Store.Settings.FindAsync("policy"))!.Item);
    }
}
