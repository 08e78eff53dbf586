using Acme.Registry.Access;
using Acme.Registry.Storage;

namespace Acme.Storage.Conformance;

/// <summary>What <see cref="ITokenStore"/> promises.</summary>
public abstract class TokenStoreConformance
{
    protected abstract Task<StoreUnderTest<ICatalog>> CreateAsync();

    [Fact]
    public async Task A_token_is_granted_as_often_as_it_has_calls_also_over_reopening()
    {
        await using var catalog = await CreateAsync();
        var token = Samples.Token("t", calls: 3);
        await catalog.Store.Tokens.AddAsync(token);
        for (var left = 2; left >= 0; left--)
        {
            Assert.Equal(new TokenUse(TokenOutcome.Granted, token with { CallsLeft = left }), await catalog.Store.Tokens.UseAsync(token.Hash, Samples.Noon));
            await catalog.ReopenAsync();
        }
        Assert.Equal(new TokenUse(TokenOutcome.UsedUp), await catalog.Store.Tokens.UseAsync(token.Hash, Samples.Noon));
    }

    [Fact]
    public async Task A_token_is_void_from_the_instant_it_expires()
    {
        await using var catalog = await CreateAsync();
        var token = Samples.Token("t", expiresAt: Samples.Noon);
        await catalog.Store.Tokens.AddAsync(token);
        Assert.Equal(TokenOutcome.Granted, (await catalog.Store.Tokens.UseAsync(token.Hash, Samples.Noon.AddTicks(-10))).Outcome);
        Assert.Equal(TokenOutcome.Expired, (await catalog.Store.Tokens.UseAsync(token.Hash, Samples.Noon)).Outcome);
        Assert.Equal(TokenOutcome.Expired, (await catalog.Store.Tokens.UseAsync(token.Hash, Samples.Noon.AddYears(1))).Outcome);
        // A call that was refused takes nothing off.
        Assert.Equal(1, (await catalog.Store.Tokens.UseAsync(token.Hash, Samples.Noon.AddHours(-1))).Token!.CallsLeft);
    }

    [Fact]
    public async Task A_deleted_or_unknown_token_is_unknown()
    {
        await using var catalog = await CreateAsync();
        var token = Samples.Token("t");
        Assert.Equal(new TokenUse(TokenOutcome.Unknown), await catalog.Store.Tokens.UseAsync(token.Hash, Samples.Noon));
        await catalog.Store.Tokens.AddAsync(token);
        Assert.True(await catalog.Store.Tokens.DeleteAsync(token.Hash));
        Assert.False(await catalog.Store.Tokens.DeleteAsync(token.Hash));
        Assert.Equal(new TokenUse(TokenOutcome.Unknown), await catalog.Store.Tokens.UseAsync(token.Hash, Samples.Noon));
    }

    [Fact]
    public async Task A_token_of_n_calls_is_granted_exactly_n_times_among_many_at_once()
    {
        await using var catalog = await CreateAsync();
        var token = Samples.Token("t", calls: 37);
        await catalog.Store.Tokens.AddAsync(token);
        var results = await Samples.AtOnceAsync(100, _ => catalog.Store.Tokens.UseAsync(token.Hash, Samples.Noon));
        var granted = results.Cast<TokenUse>().Where(u => u.Outcome == TokenOutcome.Granted).ToList();
        Assert.Equal(Enumerable.Range(0, 37), granted.Select(u => u.Token!.CallsLeft).Order());
        Assert.Equal(63, results.Cast<TokenUse>().Count(u => u.Outcome == TokenOutcome.UsedUp));
    }

    [Fact]
    public async Task Calls_are_taken_off_in_blocks_and_the_last_block_is_what_is_left()
    {
        await using var catalog = await CreateAsync();
        var token = Samples.Token("t", calls: 25);
        await catalog.Store.Tokens.AddAsync(token);
        foreach (var (asked, taken, left) in new[] { (10, 10, 15), (0, 0, 15), (1, 1, 14), (10, 10, 4), (10, 4, 0) })
        {
            var expected = new TokenUse(TokenOutcome.Granted, token with { CallsLeft = left }) { Calls = taken };
            Assert.Equal(expected, await catalog.Store.Tokens.UseAsync(token.Hash, Samples.Noon, asked));
        }
        foreach (var asked in new[] { 0, 1, 10 }) Assert.Equal(new TokenUse(TokenOutcome.UsedUp), await catalog.Store.Tokens.UseAsync(token.Hash, Samples.Noon, asked));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => catalog.Store.Tokens.UseAsync(token.Hash, Samples.Noon, -1));
    }

    [Fact]
    public async Task Blocks_taken_by_many_at_once_add_up_to_the_calls_of_the_token()
    {
        await using var catalog = await CreateAsync();
        var token = Samples.Token("t", calls: 205);
        await catalog.Store.Tokens.AddAsync(token);
        var results = await Samples.AtOnceAsync(50, _ => catalog.Store.Tokens.UseAsync(token.Hash, Samples.Noon, 10));
        Assert.Equal(205, results.Cast<TokenUse>().Sum(u => u.Calls));
        Assert.Equal(21, results.Cast<TokenUse>().Count(u => u.Outcome == TokenOutcome.Granted));
    }

    [Fact]
    public async Task Expired_tokens_are_taken_away_and_counted()
    {
        await using var catalog = await CreateAsync();
        for (var hour = 0; hour < 5; hour++) await catalog.Store.Tokens.AddAsync(Samples.Token($"{hour}", expiresAt: Samples.Noon.AddHours(hour)));
        Assert.Equal(2, await catalog.Store.Tokens.DeleteExpiredAsync(Samples.Noon.AddHours(1.5)));
        Assert.Equal(0, await catalog.Store.Tokens.DeleteExpiredAsync(Samples.Noon.AddHours(1.5)));
        Assert.Equal(TokenOutcome.Unknown, (await catalog.Store.Tokens.UseAsync(Samples.Token("1").Hash, Samples.Noon)).Outcome);
        Assert.Equal(TokenOutcome.Granted, (await catalog.Store.Tokens.UseAsync(Samples.Token("2").Hash, Samples.Noon)).Outcome);
    }

    [Fact]
    public async Task All_tokens_are_listed_in_order_page_by_page()
    {
        await using var catalog = await CreateAsync();
        var tokens = Enumerable.Range(0, 7).Select(i => Samples.Token($"{i}", i % 2 == 0 ? "ada" : "bob", calls: i, expiresAt: Samples.Noon.AddHours(i - 3))).ToList();
        foreach (var token in tokens) await catalog.Store.Tokens.AddAsync(token);
        foreach (var limit in new[] { 1, 3, 7, 1000 })
        {
            var listed = await Samples.AllPagesAsync(limit, cursor => catalog.Store.Tokens.ListAsync(cursor, limit));
            Assert.Equal(tokens.OrderBy(t => t.Hash, StringComparer.Ordinal), listed);
        }
        await Assert.ThrowsAsync<InvalidCursorException>(() => catalog.Store.Tokens.ListAsync("nonsense", 10));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => catalog.Store.Tokens.ListAsync(null, 1001));
    }
}
