using System.Net;
using Acme.Registry.Sources.Http;

namespace Acme.Registry.Tests.Sources;

public sealed class GuardedHttpTests
{
    [Fact]
    public async Task A_loopback_server_is_reached_only_when_trusted()
    {
        await using var server = new StubServer(_ => StubServer.Head("204 No Content"));
        using var stranger = new HttpClient(GuardedHttp.CreateHandler([]));
        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync(server.Url()));
        Assert.Contains(server.Authority, Assert.IsType<BlockedAddressException>(refusal.InnerException).Message);
        Assert.Empty(server.Requests);

        using var friend = new HttpClient(GuardedHttp.CreateHandler([server.Authority]));
        Assert.Equal(HttpStatusCode.NoContent, (await friend.GetAsync(server.Url())).StatusCode);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("0.0.0.0")]
    public async Task Loopback_is_refused_however_it_is_spelt(string host)
    {
        await using var server = new StubServer(_ => StubServer.Head("204 No Content"));
        using var http = new HttpClient(GuardedHttp.CreateHandler([]));
        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync($"http://{host}:{server.Url().Port}/"));
        Assert.IsType<BlockedAddressException>(refusal.InnerException);
    }

    [Fact]
    public async Task A_trusted_server_may_be_called_by_another_name()
    {
        await using var server = new StubServer(_ => StubServer.Head("204 No Content"));
        using var http = new HttpClient(GuardedHttp.CreateHandler(
            [server.Authority], (name, _) => Task.FromResult<IPAddress[]>(name == "files.example" ? [IPAddress.Loopback] : [IPAddress.Parse("10.1.2.3")]), byAnyName: true));
        Assert.Equal(HttpStatusCode.NoContent, (await http.GetAsync($"http://files.example:{server.Url().Port}/")).StatusCode);

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync($"http://inner.example:{server.Url().Port}/"));
        Assert.IsType<BlockedAddressException>(refusal.InnerException);
    }

    [Fact]
    public async Task A_redirect_from_a_trusted_server_to_another_port_is_refused()
    {
        await using var inner = new StubServer(_ => StubServer.Head("204 No Content"));
        await using var outer = new StubServer(_ => StubServer.Head("302 Found", $"Location: {inner.Url()}\r\n"));
        using var http = new HttpClient(GuardedHttp.CreateHandler([outer.Authority]));
        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(outer.Url()));
        Assert.Contains(inner.Authority, Assert.IsType<BlockedAddressException>(refusal.InnerException).Message);
        Assert.Empty(inner.Requests);
    }

    [Fact]
    public async Task A_name_that_leads_elsewhere_when_it_is_asked_again_gets_nobody_in()
    {
        await using var server = new StubServer(_ => StubServer.Head("204 No Content"));
        var asked = 0;
        using var asks = new SemaphoreSlim(0);
        // The first answer is a public address that belongs to nobody; only a second look would lead to this machine.
        using var http = new HttpClient(GuardedHttp.CreateHandler([], (_, _) =>
        {
            var answer = Interlocked.Increment(ref asked) == 1 ? IPAddress.Parse("2d00::1") : IPAddress.Loopback;
            asks.Release();
            return Task.FromResult<IPAddress[]>([answer]);
        }));
        using var stop = new CancellationTokenSource();
        var first = http.GetAsync($"http://changing.example:{server.Url().Port}/", stop.Token);
        await asks.WaitAsync(TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => first);
        Assert.Equal(1, asked);

        var refusal = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync($"http://changing.example:{server.Url().Port}/"));
        Assert.IsType<BlockedAddressException>(refusal.InnerException);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_name_with_addresses_inside_and_outside_leads_outside_only()
    {
        await using var server = new StubServer(_ => StubServer.Head("204 No Content"));
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        using var http = new HttpClient(GuardedHttp.CreateHandler([], (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Parse("2d00::1"), IPAddress.IPv6Loopback])));

        await Assert.ThrowsAnyAsync<Exception>(() => http.GetAsync($"http://mixed.example:{server.Url().Port}/", stop.Token));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Five_redirects_are_followed_and_no_more()
    {
        await using var server = new StubServer(r => r.Path.TrimStart('/') is var left && left == "0"
            ? StubServer.Head("204 No Content")
            : StubServer.Head("302 Found", $"Location: /{int.Parse(left) - 1}\r\n"));
        using var http = new HttpClient(GuardedHttp.CreateHandler([server.Authority]));
        Assert.Equal(HttpStatusCode.NoContent, (await http.GetAsync(server.Url("/5"))).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await http.GetAsync(server.Url("/6"))).StatusCode);
    }

    [Fact]
    public async Task Cookies_are_not_kept()
    {
        await using var server = new StubServer(_ => StubServer.Head("204 No Content", "Set-Cookie: a=b\r\n"));
        using var http = new HttpClient(GuardedHttp.CreateHandler([server.Authority]));
        await http.GetAsync(server.Url());
        await http.GetAsync(server.Url());
        Assert.All(server.Requests, r => Assert.False(r.Headers.ContainsKey("Cookie")));
    }
}
