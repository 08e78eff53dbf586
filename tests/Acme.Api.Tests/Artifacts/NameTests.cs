using System.Net;

namespace Acme.Api.Tests.Artifacts;

[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class NameTests(SharedRegistry registry) : IClassFixture<SharedRegistry>
{
    [Theory]
    [InlineData("org/model name")]
    [InlineData("with%2Fescape")]
    [InlineData("quote\" and 'apostrophe' and `backtick`; DROP TABLE")]
    [InlineData("نموذج-عربي")]
    [InlineData("模型🙂")]
    [InlineData("a+b & c?d#e")]
    public async Task A_name_is_found_whatever_it_contains(string name)
    {
        var id = await registry.Admin.UploadAsync(Zips.SmallModel(), name);
        using var response = await registry.Admin.GetAsync($"/artifact/byName/{Uri.EscapeDataString(name)}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var found = Assert.Single((await response.JsonAsync()).EnumerateArray());
        Assert.Equal((id, name), (found.GetProperty("id").GetString(), found.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_long_name_is_found_and_one_too_long_is_refused()
    {
        var name = new string('n', 300);
        await registry.Admin.UploadAsync(Zips.SmallModel(), name);
        Assert.Equal(HttpStatusCode.OK, (await registry.Admin.GetAsync($"/artifact/byName/{name}")).StatusCode);
        await (await registry.Admin.PostAsync("/artifact/model/upload", Zips.Form(Zips.SmallModel("x"), new string('n', 513)))).ProblemAsync(400);
        await (await registry.Admin.GetAsync("/artifact/byName/nothing-has-this-name")).ProblemAsync(404);
    }
}
