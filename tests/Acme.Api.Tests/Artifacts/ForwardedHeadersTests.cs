namespace Acme.Api.Tests.Artifacts;

[Trait(TestDrivers.Trait, TestDrivers.Indifferent)]
public sealed class ForwardedHeadersTests
{
    [Fact]
    public async Task A_proxy_that_is_not_configured_is_not_believed()
    {
        await using var app = await RegistryApp.StartAsync();
        Assert.StartsWith(app.Http.BaseAddress!.AbsoluteUri, await DownloadUrlAsync(app));
    }

    [Fact]
    public async Task A_configured_proxy_tells_the_host_of_the_download_link()
    {
        await using var app = await RegistryApp.StartAsync("--Proxies:Trusted:0", "127.0.0.1");
        Assert.StartsWith("https://models.example.com/artifacts/", await DownloadUrlAsync(app));
    }

    private static async Task<string> DownloadUrlAsync(RegistryApp app)
    {
        using var admin = await app.SignedInAsync();
        var id = await admin.UploadAsync(Zips.SmallModel(), "forwarded");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/artifacts/model/{id}");
        request.Headers.Add("X-Forwarded-Host", "models.example.com");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        using var response = await admin.SendAsync(request);
        return (await response.JsonAsync()).GetProperty("data").GetProperty("download_url").GetString()!;
    }
}
