using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Sources;
using Acme.Registry.Sources.Http;

namespace Acme.Registry.Tests.Sources;

public sealed class UpstreamClientTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * 7))];

    [Fact]
    public async Task Twenty_who_ask_at_once_and_one_who_asks_later_share_one_request()
    {
        var release = new TaskCompletionSource();
        await using var server = new StubServer(async (_, stream, stop) =>
        {
            await release.Task;
            await stream.WriteAsync(StubServer.Response("{}"u8.ToArray()), stop);
        });
        using var client = Client(server);
        var asked = Enumerable.Range(0, 20).Select(_ => client.GetAsync(client.Upstream.At("x"), 100, default)).ToArray();
        release.SetResult();
        var answers = await Task.WhenAll(asked);
        var later = await client.GetAsync(client.Upstream.At("x"), 100, default);
        Assert.All(answers, a => Assert.Same(later, a));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task One_who_gives_up_does_not_take_the_answer_from_the_others()
    {
        var release = new TaskCompletionSource();
        await using var server = new StubServer(async (_, stream, stop) =>
        {
            await release.Task;
            await stream.WriteAsync(StubServer.Response("{}"u8.ToArray()), stop);
        });
        using var client = Client(server);
        using var impatient = new CancellationTokenSource();
        var first = client.GetAsync(client.Upstream.At("x"), 100, impatient.Token);
        var second = client.GetAsync(client.Upstream.At("x"), 100, default);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        release.SetResult();
        Assert.True((await second).IsOk);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Not_found_is_kept_and_failures_are_not()
    {
        await using var server = new StubServer(request => StubServer.Head(request.Path == "/missing" ? "404 Not Found" : "500 Internal Server Error"));
        using var client = Client(server);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(client.Upstream.At("missing"), 100, default)).Status);
            Assert.True((await Assert.ThrowsAsync<SourceException>(() => client.GetAsync(client.Upstream.At("broken"), 100, default))).IsTransient);
        }
        Assert.Equal(["/broken", "/broken", "/missing"], server.Requests.Select(r => r.Path).Order());
    }

    [Fact]
    public async Task An_upstream_that_asks_for_a_moment_gets_it()
    {
        var times = new ConcurrentQueue<long>();
        await using var server = new StubServer(async (_, stream, stop) =>
        {
            times.Enqueue(Stopwatch.GetTimestamp());
            await stream.WriteAsync(times.Count == 1 ? StubServer.Response([], "429 Too Many Requests", "Retry-After: 1\r\n") : StubServer.Response("{}"u8.ToArray()), stop);
        });
        using var client = Client(server);
        Assert.True((await client.GetAsync(client.Upstream.At("x"), 100, default)).IsOk);
        Assert.True(Stopwatch.GetElapsedTime(times.First(), times.Last()) >= TimeSpan.FromMilliseconds(990));
    }

    [Fact]
    public async Task An_upstream_that_asks_for_an_hour_is_a_passing_failure_that_names_the_time()
    {
        await using var server = new StubServer(_ => StubServer.Head("429 Too Many Requests", "Retry-After: 3600\r\n"));
        using var client = Client(server);
        var failure = await Assert.ThrowsAsync<SourceException>(() => client.GetAsync(client.Upstream.At("x"), 100, default));
        Assert.True(failure.IsTransient);
        Assert.Contains("3600 s", failure.Message);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("502 Bad Gateway")]
    [InlineData("503 Service Unavailable")]
    [InlineData("504 Gateway Timeout")]
    [InlineData("")]
    public async Task What_may_pass_is_tried_again_and_in_the_end_given_up(string status)
    {
        await using var server = new StubServer(request => status.Length > 0 ? StubServer.Head(status) : "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{");
        using var client = Client(server);
        Assert.True((await Assert.ThrowsAsync<SourceException>(() => client.GetAsync(client.Upstream.At("x"), 100, default))).IsTransient);
        Assert.Equal(4, server.Requests.Count);
    }

    [Theory]
    [InlineData("Content-Length: 1000000000\r\n")]
    [InlineData("Connection: close\r\n")]
    public async Task An_endless_body_ends_at_the_bound(string header)
    {
        await using var server = new StubServer(async (_, stream, stop) =>
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{header}\r\n"), stop);
            for (var chunk = new byte[64 << 10]; ;) await stream.WriteAsync(chunk, stop);
        });
        using var client = Client(server);
        var failure = await Assert.ThrowsAsync<SourceException>(() => client.GetAsync(client.Upstream.At("x"), 1_000_000, default));
        Assert.Contains("1,000,000 bytes", failure.Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Credentials_stay_with_the_endpoint()
    {
        await using var elsewhere = new StubServer(_ => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
        await using var server = new StubServer(request => request.Path switch
        {
            "/away" => StubServer.Head("302 Found", $"Location: {elsewhere.Url("/there")}\r\n"),
            "/within" => StubServer.Head("302 Found", "Location: /here\r\n"),
            _ => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        });
        using var client = new UpstreamClient(new("Hub", server.Url("/"), ["hub.example.com"], new("Bearer", "secret"), [elsewhere.Authority]));
        await client.GetAsync(client.Upstream.At("away"), 100, default);
        await client.GetAsync(client.Upstream.At("within"), 100, default);
        Assert.All(server.Requests, r => Assert.Equal("Bearer secret", r.Headers["Authorization"]));
        Assert.Contains(server.Requests, r => r.Path == "/here");
        Assert.False(Assert.Single(elsewhere.Requests).Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://[::1]:9/")]
    [InlineData("http://[::ffff:127.0.0.1]:9/")]
    [InlineData("http://[64:ff9b::7f00:1]:9/")]
    [InlineData("http://public.example.com@127.0.0.1:9/")]
    [InlineData("http://2130706433:9/")]
    [InlineData("http://localhost:9/")]
    public async Task A_redirect_does_not_lead_into_the_network(string location)
    {
        await using var server = new StubServer(_ => StubServer.Head("302 Found", $"Location: {location}\r\n"));
        using var client = Client(server);
        await Assert.ThrowsAsync<BlockedAddressException>(() => client.GetAsync(client.Upstream.At("x"), 100, default));
        await Assert.ThrowsAsync<BlockedAddressException>(() => client.OpenAsync(client.Upstream.At("x"), 1, null, default));
    }

    [Theory]
    [InlineData("ftp://example.com/", "'ftp'")]
    [InlineData("file:///etc/passwd", "'file'")]
    [InlineData("/again", "more than 5 times")]
    public async Task Other_redirects_that_are_not_followed_are_explained(string location, string why)
    {
        await using var server = new StubServer(_ => StubServer.Head("302 Found", $"Location: {location}\r\n"));
        using var client = Client(server);
        Assert.Contains(why, (await Assert.ThrowsAsync<SourceException>(() => client.GetAsync(client.Upstream.At("x"), 100, default))).Message);
    }

    [Fact]
    public async Task What_points_to_the_public_host_is_read_from_the_endpoint()
    {
        await using var server = new StubServer(request => request.Path == "/mirror/moved"
            ? StubServer.Head("301 Moved Permanently", "Location: https://hub.example.com/now?a=1\r\n")
            : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\nLink: <https://hub.example.com/now?cursor=2>; rel=\"next\"\r\n\r\n{}");
        using var client = new UpstreamClient(new("Hub", server.Url("/mirror/"), ["hub.example.com"]));
        var answer = await client.GetAsync(client.Upstream.At("moved"), 100, default);
        Assert.Equal(server.Url("/mirror/now?a=1"), answer.Url);
        Assert.Equal(server.Url("/mirror/now?cursor=2"), answer.Next);
    }

    [Fact]
    public async Task A_next_page_on_another_host_is_not_followed()
    {
        await using var server = new StubServer(_ => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\nLink: <https://evil.example.com/2>; rel=next\r\n\r\n{}");
        using var client = Client(server);
        Assert.Contains("evil.example.com", (await Assert.ThrowsAsync<SourceException>(() => client.GetAsync(client.Upstream.At("x"), 100, default))).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Content_that_breaks_off_is_taken_up_where_it_broke(bool hasRanges)
    {
        await using var server = new StubServer(async (request, stream, stop) =>
        {
            var from = hasRanges && request.Range is { } range ? int.Parse(range["bytes=".Length..^1]) : 0;
            var response = from > 0
                ? StubServer.Response(Content[from..], "206 Partial Content", $"Content-Range: bytes {from}-{Content.Length - 1}/{Content.Length}\r\n")
                : StubServer.Response(Content);
            await stream.WriteAsync(request.Range is null ? response.AsMemory(..^100_000) : response, stop);
        });
        using var client = Client(server);
        Assert.Equal(Content, await ReadAsync(client, Content.Length, Sha256Digest.FromBytes(SHA256.HashData(Content))));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_source_that_dies_half_way_each_time_is_given_up()
    {
        await using var server = new StubServer(_ => "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        using var client = Client(server);
        var failure = await Assert.ThrowsAsync<SourceException>(() => ReadAsync(client, 10, null));
        Assert.True(failure.IsTransient);
        Assert.Contains("broke off", failure.Message);
        Assert.Equal(6, server.Requests.Count);
    }

    [Theory]
    [InlineData(200_001, "sends only 200,000")]
    [InlineData(199_999, "sends more")]
    public async Task Another_size_than_announced_is_the_sources_error(long announced, string why)
    {
        await using var server = new StubServer((request, stream, stop) =>
            stream.WriteAsync(request.Range is null ? StubServer.Response(Content) : StubServer.Response([], "416 Range Not Satisfiable"), stop).AsTask());
        using var client = Client(server);
        Assert.Contains(why, (await Assert.ThrowsAsync<SourceException>(() => ReadAsync(client, announced, null))).Message);
    }

    [Fact]
    public async Task Another_digest_than_announced_is_the_sources_error()
    {
        await using var server = new StubServer((_, stream, stop) => stream.WriteAsync(StubServer.Response(Content), stop).AsTask());
        using var client = Client(server);
        var failure = await Assert.ThrowsAsync<SourceException>(() => ReadAsync(client, Content.Length, Sha256Digest.Of("other"u8)));
        Assert.False(failure.IsTransient);
        Assert.Contains("SHA-256", failure.Message);
    }

    [Fact]
    public async Task A_refusal_is_told_with_its_status()
    {
        await using var server = new StubServer(_ => StubServer.Head("403 Forbidden", "X-Error-Code: GatedRepo\r\n"));
        using var client = Client(server);
        var answer = await client.GetAsync(client.Upstream.At("x"), 100, default);
        Assert.Equal((HttpStatusCode.Forbidden, "GatedRepo"), (answer.Status, answer.ErrorCode));
        Assert.Equal(HttpStatusCode.Forbidden, (await Assert.ThrowsAsync<UpstreamRefusedException>(() => client.OpenAsync(client.Upstream.At("x"), 1, null, default))).Status);
    }

    [Theory]
    [InlineData("https://hub.example.com", true)]
    [InlineData("http://127.0.0.1:8080/mirror", true)]
    [InlineData("hub.example.com", false)]
    [InlineData("ftp://hub.example.com", false)]
    [InlineData("https://user:secret@hub.example.com", false)]
    [InlineData("https://hub.example.com?a=1", false)]
    public void An_endpoint_is_an_http_address(string endpoint, bool isValid) =>
        Assert.Equal(isValid, new HttpEndpointAttribute().IsValid(new Uri(endpoint, UriKind.RelativeOrAbsolute)));

    private static UpstreamClient Client(StubServer server) => new(new("Hub", server.Url("/"), ["hub.example.com"]));

    private static async Task<byte[]> ReadAsync(UpstreamClient client, long size, Sha256Digest? digest)
    {
        await using var content = await client.OpenAsync(client.Upstream.At("content"), size, digest, default);
        using var read = new MemoryStream();
        await content.CopyToAsync(read);
        return read.ToArray();
    }
}
