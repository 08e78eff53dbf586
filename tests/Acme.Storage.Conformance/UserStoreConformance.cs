using Acme.Registry.Access;
using Acme.Registry.Storage;

namespace Acme.Storage.Conformance;

/// <summary>What <see cref="IUserStore"/> promises.</summary>
public abstract class UserStoreConformance
{
    protected abstract Task<StoreUnderTest<ICatalog>> CreateAsync();

    [Fact]
    public async Task A_saved_user_is_found_by_exact_name_also_after_reopening()
    {
        await using var catalog = await CreateAsync();
        string[] names = ["ada", "Ada", "ada ", "o'brien", "名前", "a/b\"c"];
        foreach (var name in names) await catalog.Store.Users.SaveAsync(Samples.User(name, Permissions.Upload | Permissions.Download), 0);
        await catalog.ReopenAsync();
        foreach (var name in names)
        {
            Assert.Equal(Samples.User(name, Permissions.Upload | Permissions.Download), (await catalog.Store.Users.FindAsync(name))!.Item);
        }
        Assert.Null(await catalog.Store.Users.FindAsync("ADA"));
    }

    [Fact]
    public async Task Replacing_needs_the_version_that_was_read()
    {
        await using var catalog = await CreateAsync();
        var first = await catalog.Store.Users.SaveAsync(Samples.User("ada"), 0);
        Assert.NotEqual(0, first);
        Assert.Equal(first, (await catalog.Store.Users.FindAsync("ada"))!.Version);
        var second = await catalog.Store.Users.SaveAsync(Samples.User("ada") with { Stamp = "second" }, first);
        Assert.NotEqual(first, second);
        await Assert.ThrowsAsync<VersionConflictException>(() => catalog.Store.Users.SaveAsync(Samples.User("ada"), first));
        await Assert.ThrowsAsync<VersionConflictException>(() => catalog.Store.Users.SaveAsync(Samples.User("ada"), 0));
        Assert.Equal("second", (await catalog.Store.Users.FindAsync("ada"))!.Item.Stamp);
        await catalog.Store.Users.DeleteAsync("ada");
        await Assert.ThrowsAsync<VersionConflictException>(() => catalog.Store.Users.SaveAsync(Samples.User("ada"), second));
    }

    [Fact]
    public async Task A_version_of_a_deleted_user_is_not_one_of_the_user_made_anew()
    {
        await using var catalog = await CreateAsync();
        var first = await catalog.Store.Users.SaveAsync(Samples.User("ada"), 0);
        await catalog.Store.Users.DeleteAsync("ada");
        Assert.NotEqual(first, await catalog.Store.Users.SaveAsync(Samples.User("ada"), 0));
        await Assert.ThrowsAsync<VersionConflictException>(() => catalog.Store.Users.SaveAsync(Samples.User("ada"), first));
    }

    [Fact]
    public async Task Of_many_that_add_the_same_user_one_succeeds()
    {
        await using var catalog = await CreateAsync();
        var results = await Samples.AtOnceAsync(50, i => catalog.Store.Users.SaveAsync(Samples.User("ada") with { Stamp = $"{i}" }, 0));
        var winner = Assert.Single(results.Index(), r => r.Item is long);
        Assert.Equal($"{winner.Index}", (await catalog.Store.Users.FindAsync("ada"))!.Item.Stamp);
    }

    [Fact]
    public async Task A_deleted_user_is_gone_with_all_tokens_and_others_keep_theirs()
    {
        await using var catalog = await CreateAsync();
        await catalog.Store.Users.SaveAsync(Samples.User("ada"), 0);
        await catalog.Store.Users.SaveAsync(Samples.User("bob"), 0);
        foreach (var token in new[] { "one", "two" }) await catalog.Store.Tokens.AddAsync(Samples.Token(token, "ada"));
        await catalog.Store.Tokens.AddAsync(Samples.Token("three", "bob"));

        Assert.True(await catalog.Store.Users.DeleteAsync("ada"));
        Assert.False(await catalog.Store.Users.DeleteAsync("ada"));
        Assert.Null(await catalog.Store.Users.FindAsync("ada"));
        foreach (var token in new[] { "one", "two" })
        {
            Assert.Equal(TokenOutcome.Unknown, (await catalog.Store.Tokens.UseAsync(Samples.Token(token).Hash, Samples.Noon)).Outcome);
        }
        Assert.Equal(TokenOutcome.Granted, (await catalog.Store.Tokens.UseAsync(Samples.Token("three").Hash, Samples.Noon)).Outcome);
    }

    [Fact]
    public async Task Users_are_listed_page_by_page_in_ordinal_order()
    {
        await using var catalog = await CreateAsync();
        string[] names = ["b", "a", "B", "aa", "é", "z", "Z", "_", "10", "9"];
        foreach (var name in names) await catalog.Store.Users.SaveAsync(Samples.User(name), 0);
        foreach (var limit in new[] { 1, 3, 10, 1000 })
        {
            var listed = await Samples.AllPagesAsync(limit, cursor => catalog.Store.Users.ListAsync(cursor, limit));
            Assert.Equal(names.Order(StringComparer.Ordinal), listed.Select(u => u.Name));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("' OR 1=1")]
    public async Task A_cursor_that_was_never_given_out_is_refused(string cursor)
    {
        await using var catalog = await CreateAsync();
        await Assert.ThrowsAsync<InvalidCursorException>(() => catalog.Store.Users.ListAsync(cursor, 10));
    }
}
