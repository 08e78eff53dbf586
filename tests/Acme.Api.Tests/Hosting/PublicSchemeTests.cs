using System.Net;

namespace Acme.Api.Tests.Hosting;

[Trait(TestDrivers.Trait, TestDrivers.Indifferent)]
public sealed class PublicSchemeTests
{
    [Fact]
    public async Task Behind_a_gateway_that_ends_TLS_links_and_cookies_are_for_https()
    {
        await using var app = await RegistryApp.StartAsync("--Proxies:PublicScheme", "https");
        using var admin = await app.SignedInAsync();
        var id = await admin.UploadAsync(Zips.SmallModel(), "linked");
        var artifact = await (await admin.GetAsync($"/artifacts/model/{id}")).JsonAsync();
        Assert.StartsWith("https://", artifact.GetProperty("data").GetProperty("download_url").GetString(), StringComparison.Ordinal);

        using var page = await app.Http.GetAsync("/signin");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.All(page.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase));
    }
}
