using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Acme.Api.Tests.Storage;

/// <summary>An offset that was made up, with the right check, is the caller's mistake on every driver.</summary>
[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class ForgedCursorTests(SharedRegistry registry) : IClassFixture<SharedRegistry>
{
    [Theory]
    [InlineData('u', "a\0b")]
    [InlineData('u', "")]
    [InlineData('a', "a\0b")]
    [InlineData('a', "no number and no place")]
    [InlineData('m', "\0\0\0\0\0\0\0\u0001a\0b")]
    [InlineData('m', "\0")]
    [InlineData('s', "short")]
    [InlineData('n', "short")]
    public async Task A_forged_offset_is_400(char listing, string key)
    {
        byte[] body = [1, (byte)listing, .. Encoding.UTF8.GetBytes(key)];
        var offset = Base64Url.EncodeToString([.. body, .. SHA256.HashData(body)[..4]]);
        using var answer = listing switch
        {
            'u' => await registry.Admin.GetAsync($"/users?offset={offset}"),
            'a' => await registry.Admin.PostAsync($"/artifacts?offset={offset}", Zips.Json("""[{"name":"*"}]""")),
            _ => await registry.Admin.GetAsync($"/artifacts?cursor={offset}&order={listing switch { 'm' => "name", 's' => "net_score", _ => "newest" }}"),
        };
        Assert.Contains("Start again", await answer.ProblemAsync(400));
    }
}
