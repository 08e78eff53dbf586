using System.Net;
using System.Net.Sockets;
using System.Text;
using Acme.Api.Tests.Contract;

namespace Acme.Api.Tests.Hostile;

/// <summary>Bodies that are not what the contract says, to every operation that takes one: always a problem document, never a failure.</summary>
public sealed class HostileJsonTests(SharedRegistry registry) : IClassFixture<SharedRegistry>
{
    private static readonly Dictionary<string, string> ValidBodies = new()
    {
        ["ArtifactQuery[]"] = """[{"name":"*","types":["model"]}]""",
        ["Artifact"] = """{"metadata":{"name":"hostile-json","id":"ID","type":"model"},"data":{"url":"https://example.com/x.zip"}}""",
        ["ArtifactData"] = """{"url":"https://example.com/x.zip"}""",
        ["AuthenticationRequest"] = """{"user":{"name":"nobody","is_admin":false},"secret":{"password":"not the password"}}""",
        ["SimpleLicenseCheckRequest"] = """{"github_url":"https://github.com/owner/repository"}""",
        ["ArtifactRegEx"] = """{"regex":"abc"}""",
    };

    private static readonly byte[] Spaces = Encoding.ASCII.GetBytes(new string(' ', 100_000));

    // What may be left out, so that leaving it out or giving null is no mistake; an empty list of types means every type.
    private static readonly string[] Harmless = ["0.types is null", "0.types is missing", "0.types is []"];

    public static TheoryData<string> OperationsWithBody => [.. ContractFacts.Operations.Where(o => o.Request is not null).Select(o => o.ToString())];

    [Theory]
    [MemberData(nameof(OperationsWithBody))]
    public async Task Bodies_of_the_wrong_shape_are_400_with_a_detail(string operation)
    {
        var (method, path, valid) = await PrepareAsync(operation);
        foreach (var (why, body) in HostileBodies.Shapeless().Concat(HostileBodies.Mutations(valid)).Where(b => !Harmless.Contains(b.Why)))
            await RefusedAsync(method, path, Zips.Json(body), 400, why);
    }

    [Theory]
    [MemberData(nameof(OperationsWithBody))]
    public async Task No_body_and_text_that_is_not_UTF8_are_400(string operation)
    {
        var (method, path, valid) = await PrepareAsync(operation);
        await RefusedAsync(method, path, Zips.Json(""), 400, "empty");
        var at = valid.LastIndexOf('"', valid.LastIndexOf('"') - 1) + 1;
        byte[] bytes = [.. Encoding.UTF8.GetBytes(valid[..at]), 0xC3, 0x28, 0xFF, .. Encoding.UTF8.GetBytes(valid[at..])];
        await RefusedAsync(method, path, Typed(bytes, "application/json"), 400, "invalid UTF-8");
    }

    [Theory]
    [MemberData(nameof(OperationsWithBody))]
    public async Task Another_content_type_is_415(string operation)
    {
        var (method, path, valid) = await PrepareAsync(operation);
        foreach (var type in new[] { "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense", null })
            await RefusedAsync(method, path, Typed(Encoding.UTF8.GetBytes(valid), type), 415, type ?? "no content type");
        foreach (var charset in new[] { "klingon", "utf-7", "utf-16", "iso-8859-1" })
            await RefusedAsync(method, path, Typed(Encoding.UTF8.GetBytes(valid), $"application/json; charset={charset}"), 415, charset);
    }

    [Theory]
    [MemberData(nameof(OperationsWithBody))]
    public async Task Ten_megabytes_are_413_announced_or_not(string operation)
    {
        var (method, path, valid) = await PrepareAsync(operation);
        foreach (var framing in new[] { "Content-Length: 10000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n989680\r\n" })
        {
            var answer = await SendAllAsync($"{method} {path} HTTP/1.1\r\nContent-Type: application/json\r\n{framing}{valid}", padTo: 10_000_000);
            Assert.StartsWith("HTTP/1.1 413 ", answer);
            Assert.Contains("Content-Type: application/problem+json", answer);
            Assert.Contains("\"detail\":\"The body is larger", answer);
        }
    }

    [Theory]
    [InlineData("a\\u0000b")]
    [InlineData("a\\u001bb")]
    [InlineData("a\\nb")]
    [InlineData("\\u202egnp.exe")]
    [InlineData("zero\\u200bwidth")]
    [InlineData("line\\u2028separator")]
    [InlineData("*")]
    [InlineData(" ")]
    [InlineData("")]
    [InlineData(" leading")]
    public async Task A_name_that_could_deceive_or_break_is_refused(string name)
    {
        var body = $$"""{"url":"https://example.com/x.zip","name":"{{name}}"}""";
        await RefusedAsync(HttpMethod.Post, "/artifact/model", Zips.Json(body), 400, name);
    }

    [Fact]
    public async Task Words_and_ids_that_the_contract_does_not_know_are_refused()
    {
        foreach (var word in new[] { "gadget", "models", "0", "1", "" })
            await RefusedAsync(HttpMethod.Post, "/artifacts", Zips.Json($$"""[{"name":"*","types":["{{word}}"]}]"""), 400, word);
        var (method, path, valid) = await PrepareAsync("PUT /artifacts/{artifact_type}/{id}");
        foreach (var id in new[] { "", "no such id", "a/b", "a\\u0000", new string('a', 10_000) })
            await RefusedAsync(method, path, Zips.Json(HostileBodies.With(valid, ["metadata", "id"], $"\"{id}\"")), 400, $"id {id}");
        foreach (var id in new[] { "a_b", "a%2Fb", "a%20b", "%C3%BC", new string('a', 129) })
            await RefusedAsync(method, $"/artifacts/model/{id}", Zips.Json(valid), 400, $"id {id} in the path");
        foreach (var type in new[] { "gadget", "Model", "model%20", "0" })
            await RefusedAsync(HttpMethod.Post, $"/artifact/{type}", Zips.Json("""{"url":"https://example.com/x.zip"}"""), 400, $"type {type}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a url")]
    [InlineData("/relative")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.com/x.zip")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http://")]
    [InlineData("http://[::1")]
    [InlineData("http://example.com:99999/x.zip")]
    public async Task A_url_that_is_no_web_address_is_refused(string url)
    {
        await RefusedAsync(HttpMethod.Post, "/artifact/model", Zips.Json($$"""{"url":"{{url}}"}"""), 400, url);
        var (method, path, valid) = await PrepareAsync("PUT /artifacts/{artifact_type}/{id}");
        await RefusedAsync(method, path, Zips.Json(HostileBodies.With(valid, ["data", "url"], $"\"{url}\"")), 400, url);
    }

    [Fact]
    public async Task Paths_and_methods_that_are_not_there_are_problems_with_a_detail_too()
    {
        await RefusedAsync(HttpMethod.Get, "/no/such/path", null, 404, "path");
        await RefusedAsync(HttpMethod.Patch, "/artifacts", Zips.Json("{}"), 405, "method");
        await RefusedAsync(HttpMethod.Get, $"/artifact/byName/{new string('x', 4000)}", null, 400, "long name");
    }

    private static ByteArrayContent Typed(byte[] body, string? type)
    {
        var content = new ByteArrayContent(body);
        if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    private async Task RefusedAsync(HttpMethod method, string path, HttpContent? content, int status, string why)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await registry.Admin.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{method} {path}, {why}: expected {status}, got {(int)response.StatusCode}: {text}");
        Assert.False(string.IsNullOrWhiteSpace(await response.ProblemAsync(status)), $"{method} {path}, {why}: no detail");
    }

    /// <summary>Sends a request with as many spaces behind it as fit, also when the server has answered and hung up before the last of them.</summary>
    private async Task<string> SendAllAsync(string request, int padTo)
    {
        var address = registry.App.Http.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        var token = registry.Admin.DefaultRequestHeaders.GetValues("X-Authorization").Single();
        var answer = new StringBuilder();
        var reading = ReadAsync();
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(request.Replace(" HTTP/1.1\r\n", $" HTTP/1.1\r\nHost: x\r\nX-Authorization: {token}\r\n")));
            for (var sent = 0; sent < padTo; sent += Spaces.Length) await stream.WriteAsync(Spaces);
        }
        catch (IOException)
        {
            // The answer tells why.
        }
        await reading;
        return answer.ToString();

        async Task ReadAsync()
        {
            var buffer = new byte[4096];
            try
            {
                for (int read; (read = await stream.ReadAsync(buffer)) > 0;) answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
            catch (IOException)
            {
                // Hung up with a reset, as servers do on clients that go on sending.
            }
        }
    }

    private async Task<(HttpMethod Method, string Path, string Valid)> PrepareAsync(string operation)
    {
        var fact = ContractFacts.Operations.Single(o => o.ToString() == operation);
        using var known = await registry.Admin.GetAsync("/artifact/byName/hostile-json");
        var id = known.StatusCode == HttpStatusCode.OK
            ? (await known.JsonAsync())[0].GetProperty("id").GetString()!
            : await registry.Admin.UploadAsync(Zips.SmallModel(), "hostile-json");
        var path = fact.Path.Replace("{artifact_type}", "model").Replace("{id}", id);
        return (new(fact.Method), path, ValidBodies[fact.Request!].Replace("ID", id));
    }
}
