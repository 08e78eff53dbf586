using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Acme.Api.Tests.Hostile;

/// <summary>Upload forms that are incomplete, malformed, endless or cut off.</summary>
[Trait(TestDrivers.Trait, TestDrivers.Indifferent)]
public sealed class HostileFormTests : IAsyncLifetime
{
    private RegistryApp _app = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await RegistryApp.StartAsync("--Ingest:MaxArchiveBytes", "5000000");
        _admin = await _app.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("application/zip")]
    [InlineData("application/json")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/mixed; boundary=x")]
    [InlineData("nonsense")]
    public async Task A_body_that_is_no_form_is_400(string contentType)
    {
        await RefusedAsync(Raw(contentType, [.. "--x\r\n\r\n"u8, .. Zips.SmallModel()]), "multipart/form-data");
    }

    [Fact]
    public async Task A_form_without_a_file_is_400()
    {
        await RefusedAsync(new MultipartFormDataContent { { new StringContent("name"), "name" } }, "field file");
        await RefusedAsync(Parts("--x--\r\n"), "field file");
        await RefusedAsync(Parts(""), "Send");
    }

    [Fact]
    public async Task Two_files_are_400()
    {
        var form = Zips.Form(Zips.SmallModel(), "two");
        form.Add(new ByteArrayContent(Zips.SmallModel()), "file", "second.zip");
        await RefusedAsync(form, "one file");
    }

    [Fact]
    public async Task Headers_without_end_are_400()
    {
        await RefusedAsync(Parts($"--x\r\nContent-Disposition: form-data; name=\"file\"\r\nX-Long: {new string('a', 100_000)}\r\n\r\nzip\r\n--x--\r\n"));
        var many = string.Concat(Enumerable.Range(0, 1000).Select(i => $"X-{i}: a\r\n"));
        await RefusedAsync(Parts($"--x\r\n{many}\r\nzip\r\n--x--\r\n"));
        await RefusedAsync(Parts(new string('p', 100_000)));
    }

    [Fact]
    public async Task A_field_longer_than_8_KiB_and_too_many_fields_are_400()
    {
        await RefusedAsync(Zips.Form(Zips.SmallModel(), name: new string('n', 8193)), "field name");
        await RefusedAsync(Zips.Form(Zips.SmallModel(), url: "https://example.com/" + new string('u', 8193)), "field url");
        var form = Zips.Form(Zips.SmallModel(), "many-fields");
        for (var i = 0; i < 20; i++) form.Add(new StringContent("x"), $"other{i}");
        await RefusedAsync(form, "fields");
    }

    [Fact]
    public async Task A_form_without_its_last_boundary_is_400()
    {
        await RefusedAsync(Parts("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\nPK"), "Send it again");
    }

    [Theory]
    [InlineData("not a url")]
    [InlineData("/relative/path")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.com/a.zip")]
    public async Task A_url_that_is_no_web_address_is_400(string url) => await RefusedAsync(Zips.Form(Zips.SmallModel(), "bad-url", url), "url");

    [Theory]
    [InlineData("a\u0000b")]
    [InlineData("\u202Egnp.exe")]
    [InlineData("*")]
    [InlineData("   ")]
    public async Task A_name_that_could_deceive_is_400(string name) => await RefusedAsync(Zips.Form(Zips.SmallModel(), name));

    [Theory]
    [InlineData("plain.zip", "plain")]
    [InlineData("two.dots.zip", "two.dots")]
    [InlineData("with space.zip", "with space")]
    [InlineData("/home/someone/path.zip", "path")]
    [InlineData("C:\\Users\\someone\\windows.zip", "windows")]
    [InlineData("../../up.zip", "up")]
    [InlineData("模型.zip", "模型")]
    [InlineData("extensionless", "extensionless")]
    public async Task Without_a_name_the_artifact_is_named_after_its_file(string fileName, string name)
    {
        using var response = await _admin.PostAsync("/artifact/model/upload", Zips.Form(Zips.SmallModel(), fileName: fileName));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(name, (await response.JsonAsync()).GetProperty("metadata").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_file_or_another_part_beyond_the_limit_is_413()
    {
        await TooLargeAsync(Zips.Form(new byte[5_000_001], "too-large"));
        var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[7_000_000]), "junk" } };
        form.Add(new ByteArrayContent(Zips.SmallModel()), "file", "a.zip");
        await TooLargeAsync(form);
        await _app.AssertNoneAsync(_admin);

        async Task TooLargeAsync(HttpContent content)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/artifact/model/upload") { Content = content };
            // Else the client would still be sending when the answer comes.
            request.Headers.ExpectContinue = true;
            using var response = await _admin.SendAsync(request);
            Assert.False(string.IsNullOrWhiteSpace(await response.ProblemAsync(413)));
        }
    }

    [Theory]
    [InlineData("Content-Length: 1000000")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task An_upload_whose_client_goes_away_half_way_leaves_nothing_and_the_server_goes_on(string framing)
    {
        var token = await _app.TokenAsync();
        for (var i = 0; i < 5; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(_app.Http.BaseAddress!.Host, _app.Http.BaseAddress.Port);
            var stream = client.GetStream();
            var part = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"half.zip\"\r\n\r\n";
            var head = $"POST /artifact/model/upload HTTP/1.1\r\nHost: localhost\r\nX-Authorization: {token}\r\nContent-Type: multipart/form-data; boundary=x\r\n{framing}\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
            if (framing.Contains("chunked", StringComparison.Ordinal)) await stream.WriteAsync("100000\r\n"u8.ToArray());
            await stream.WriteAsync(Encoding.ASCII.GetBytes(part));
            await stream.WriteAsync(new byte[400_000]);
            // Even rounds end in order, odd ones with a reset.
            client.LingerState = new LingerOption(i % 2 == 1, 0);
        }
        await _app.AssertNoneAsync(_admin);
        await _admin.UploadAsync(Zips.SmallModel(), "after-the-others");
    }

    private static ByteArrayContent Parts(string body) => Raw("multipart/form-data; boundary=x", Encoding.UTF8.GetBytes(body));

    private static ByteArrayContent Raw(string contentType, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return content;
    }

    private async Task RefusedAsync(HttpContent form, string says = "")
    {
        using var response = await _admin.PostAsync("/artifact/model/upload", form);
        var detail = await response.ProblemAsync(400);
        Assert.False(string.IsNullOrWhiteSpace(detail));
        Assert.Contains(says, detail);
        await _app.AssertNoneAsync(_admin);
    }
}
