using System.Net;
using System.Net.Sockets;
using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Sources;
using Acme.Registry.Sources.Http;
using Acme.Registry.Tests.Zip;
using Acme.Registry.Zip;

namespace Acme.Registry.Tests.Sources;

public sealed class ZipUrlSourceTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"acme-test-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (!Directory.Exists(_directory)) return;
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
        Directory.Delete(_directory);
    }

    [Theory]
    [InlineData("http://h/", true)]
    [InlineData("https://h/a", true)]
    [InlineData("ftp://h/a", false)]
    [InlineData("file:///etc/passwd", false)]
    public void It_handles_http_and_https(string url, bool handles)
    {
        using var source = Source("h:80");
        Assert.Equal(handles, source.Handles(new(url)));
    }

    [Theory]
    [InlineData("https://h/a/bert.zip", "bert")]
    [InlineData("https://h/a/bert.ZIP?download=1#x", "bert")]
    [InlineData("https://h/a/bert%20base.zip", "bert base")]
    [InlineData("https://h/a/bert/", "bert")]
    [InlineData("https://h/a/model.tar", "model.tar")]
    [InlineData("https://h/.zip", "h")]
    [InlineData("https://h:8080/", "h")]
    [InlineData("https://h", "h")]
    public void The_name_is_the_last_segment(string url, string name)
    {
        using var source = Source("h:80");
        Assert.Equal(name, source.NameFor(new(url)));
    }

    [Fact]
    public async Task A_zip_is_fetched_through_a_redirect()
    {
        var zip = Zip();
        await using var server = new StubServer(async (request, stream, cancellationToken) => await stream.WriteAsync(
            request.Path == "/model.zip" ? Encoding.Latin1.GetBytes(StubServer.Head("302 Found", "Location: /there\r\n")) : StubServer.Response(zip),
            cancellationToken));
        await using var snapshot = await FetchAsync(server);
        Assert.Equal("weights.bin", Assert.Single(snapshot.Files).Path);
        Assert.Equal(100_000, (await ZipReading.ReadAsync(snapshot.Files[0])).Length);
    }

    [Theory]
    [InlineData("ETag: \"v1\"\r\n", "\"v1\"")]
    [InlineData("Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n", "Sun, 06 Nov 1994 08:49:37 GMT")]
    public async Task A_cut_connection_is_taken_up_where_it_broke(string validator, string ifRange)
    {
        var zip = Zip();
        await using var server = new StubServer(async (request, stream, cancellationToken) =>
        {
            if (request.Range is not { } range)
            {
                await stream.WriteAsync(StubServer.Response(zip, headers: validator).AsMemory(..^(zip.Length / 2)), cancellationToken);
                return;
            }
            var from = int.Parse(range["bytes=".Length..^1]);
            await stream.WriteAsync(
                StubServer.Response(zip[from..], "206 Partial Content", $"Content-Range: bytes {from}-{zip.Length - 1}/{zip.Length}\r\n"), cancellationToken);
        });
        await using var snapshot = await FetchAsync(server);
        Assert.Equal(100_000, (await ZipReading.ReadAsync(snapshot.Files[0])).Length);
        Assert.Equal([null, $"bytes={zip.Length - (zip.Length / 2)}-"], server.Requests.Select(r => r.Range));
        Assert.Equal(ifRange, server.Requests.Last().Headers["If-Range"]);
    }

    [Fact]
    public async Task It_starts_over_where_the_server_cannot_resume_or_the_file_has_changed()
    {
        var (old, zip) = (new byte[50_000], Zip());
        foreach (var validator in (string[])["", "ETag: W/\"weak\"\r\n", "ETag: \"old\"\r\n"])
        {
            var first = true;
            await using var server = new StubServer(async (_, stream, cancellationToken) =>
            {
                var cut = first ? StubServer.Response(old, headers: validator)[..^10_000] : StubServer.Response(zip);
                first = false;
                await stream.WriteAsync(cut, cancellationToken);
            });
            await using var snapshot = await FetchAsync(server);
            Assert.Equal(100_000, (await ZipReading.ReadAsync(snapshot.Files[0])).Length);
            Assert.Equal(validator.Contains("old"), server.Requests.Last().Range is not null);
        }
    }

    [Fact]
    public async Task An_overloaded_server_is_asked_again()
    {
        var busy = 2;
        await using var server = new StubServer(async (_, stream, cancellationToken) =>
            await stream.WriteAsync(busy-- > 0 ? StubServer.Response([], "503 Service Unavailable") : StubServer.Response(Zip()), cancellationToken));
        await using var snapshot = await FetchAsync(server);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData("404 Not Found", "", "nothing at this URL (404)")]
    [InlineData("401 Unauthorized", "", "does not give this file to everyone (401)")]
    [InlineData("403 Forbidden", "", "does not give this file to everyone (403)")]
    [InlineData("500 Internal Server Error", "", "failed to answer (500)")]
    [InlineData("204 No Content", "", "answers with 204")]
    [InlineData("302 Found", "Location: /again\r\n", "redirects more than 5 times")]
    [InlineData("302 Found", "Location: ftp://127.0.0.1/\r\n", "redirects to a 'ftp' address")]
    [InlineData("206 Partial Content", "Content-Range: bytes 5-9/10\r\n", "answers with 206")]
    public async Task Another_answer_than_the_file_is_explained(string status, string headers, string problem)
    {
        await using var server = new StubServer(_ => StubServer.Head(status, headers));
        var refusal = await Assert.ThrowsAsync<SourceException>(() => FetchAsync(server));
        Assert.Contains(problem, refusal.Message);
    }

    [Fact]
    public async Task A_server_that_always_breaks_off_is_given_up()
    {
        await using var server = new StubServer(_ => "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: \"v\"\r\n\r\nPK");
        var refusal = await Assert.ThrowsAsync<SourceException>(() => FetchAsync(server));
        Assert.Contains("broke off", refusal.Message);
        Assert.Equal(4, server.Requests.Count);
    }

    [Theory]
    [InlineData("\r\n <!DOCTYPE html><html>", "web page")]
    [InlineData("plain text", "not a ZIP")]
    [InlineData("", "not a ZIP")]
    public async Task Something_else_than_a_zip_is_explained(string body, string problem)
    {
        await using var server = new StubServer(async (_, stream, cancellationToken) =>
            await stream.WriteAsync(StubServer.Response(Encoding.UTF8.GetBytes(body)), cancellationToken));
        var refusal = await Assert.ThrowsAnyAsync<SourceException>(() => FetchAsync(server));
        Assert.Contains(problem, refusal.Message);
    }

    [Fact]
    public async Task An_announced_size_above_the_limit_is_refused_before_it_is_read()
    {
        await using var server = new StubServer(_ => "HTTP/1.1 200 OK\r\nContent-Length: 1000001\r\n\r\n");
        await Assert.ThrowsAsync<ContentTooLargeException>(() => FetchAsync(server));
    }

    [Fact]
    public async Task An_endless_body_ends_at_the_limit()
    {
        long sent = 0;
        await using var server = new StubServer(async (_, stream, cancellationToken) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellationToken);
            for (var chunk = new byte[64 * 1024]; ; sent += chunk.Length) await stream.WriteAsync(chunk, cancellationToken);
        });
        await Assert.ThrowsAsync<ContentTooLargeException>(() => FetchAsync(server));
        Assert.InRange(sent, 500_000, 100_000_000);
    }

    [Fact]
    public async Task A_server_that_stalls_is_given_up_after_the_time_limit()
    {
        await using var server = new StubServer(async (_, stream, cancellationToken) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nPK"u8.ToArray(), cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        var refusal = await Assert.ThrowsAsync<SourceException>(() => FetchAsync(server, TimeSpan.FromMilliseconds(300)));
        Assert.Contains("took longer", refusal.Message);
    }

    [Fact]
    public async Task The_caller_can_end_it()
    {
        using var caller = new CancellationTokenSource();
        await using var server = new StubServer(async (_, _, cancellationToken) =>
        {
            await caller.CancelAsync();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        using var source = Source(server.Authority);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => source.FetchAsync(server.Url(), ArtifactType.Model, caller.Token));
    }

    [Fact]
    public async Task Where_nobody_answers_is_explained()
    {
        using var unused = new TcpListener(IPAddress.Loopback, 0);
        unused.Start();
        var authority = unused.LocalEndpoint.ToString()!;
        unused.Stop();
        using var source = Source(authority);
        var refused = await Assert.ThrowsAsync<SourceException>(() => source.FetchAsync(new($"http://{authority}/"), ArtifactType.Model, default));
        Assert.Contains("refuses connections", refused.Message);

        var unknown = await Assert.ThrowsAsync<SourceException>(() => source.FetchAsync(new("http://no-such-host.invalid/"), ArtifactType.Model, default));
        Assert.Contains("There is no host", unknown.Message);
    }

    [Fact]
    public async Task The_inside_of_the_network_is_out_of_reach()
    {
        using var source = Source("trusted:80");
        await Assert.ThrowsAsync<BlockedAddressException>(() => source.FetchAsync(new("http://169.254.169.254/latest/meta-data/"), ArtifactType.Model, default));
    }

    [Fact]
    public async Task A_failed_redirect_names_the_host_that_it_led_to()
    {
        await using var server = new StubServer(_ => StubServer.Head("302 Found", "Location: http://10.0.0.1/\r\n"));
        var refusal = await Assert.ThrowsAsync<BlockedAddressException>(() => FetchAsync(server));
        Assert.Contains("10.0.0.1:80", refusal.Message);
    }

    [Fact]
    public async Task Credentials_in_the_URL_are_refused()
    {
        using var source = Source("h:80");
        var refusal = await Assert.ThrowsAsync<SourceException>(() => source.FetchAsync(new("http://user:secret@h/"), ArtifactType.Model, default));
        Assert.DoesNotContain("secret", refusal.Message);
    }

    private static byte[] Zip()
    {
        var forger = new ZipForger();
        forger.Add("weights.bin", new string('w', 100_000));
        return forger.Build();
    }

    private async Task<Snapshot> FetchAsync(StubServer server, TimeSpan? limit = null)
    {
        using var source = Source(server.Authority, limit);
        return await source.FetchAsync(server.Url(), ArtifactType.Model, default);
    }

    private ZipUrlSource Source(string trusted, TimeSpan? limit = null) => new(
        new HttpSourceOptions
        {
            MaxDownloadBytes = 1_000_000,
            TimeLimit = limit ?? TimeSpan.FromMinutes(1),
            TrustedHosts = { trusted },
            SpoolDirectory = _directory,
        },
        ZipLimits.Default);
}
