using System.Net;
using System.Security.Cryptography;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Acme.Api.Tests.Ingest;

[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class ConcurrentUploadTests(SharedRegistry registry) : IClassFixture<SharedRegistry>
{
    [Fact]
    public async Task Of_two_uploads_with_one_url_at_once_exactly_one_is_registered()
    {
        for (var round = 0; round < 5; round++)
        {
            var url = $"https://example.com/concurrent-{round}.zip";
            var responses = await Task.WhenAll(Enumerable.Range(0, 2).Select(i =>
                registry.Admin.PostAsync("/artifact/model/upload", Zips.Form(Zips.SmallModel($"# number {i}"), $"concurrent {round} {i}", url))));
            Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Conflict], responses.Select(r => r.StatusCode).Order());
        }
    }

    [Fact]
    public async Task The_same_bytes_under_two_names_are_stored_once()
    {
        await using var app = await RegistryApp.StartAsync();
        using var admin = await app.SignedInAsync();
        var weights = RandomNumberGenerator.GetBytes(300_000);
        var blob = Sha256Digest.Of(weights);
        var ids = await Task.WhenAll(
            admin.UploadAsync(Zips.Of(("weights.bin", weights)), "first name"),
            admin.UploadAsync(Zips.Of(("other/path.bin", weights), ("weights.bin", weights)), "second name"));
        Assert.Equal(2, ids.Distinct().Count());
        var stored = await app.Services.GetRequiredService<IBlobStore>().ListAsync().ToListAsync();
        Assert.Single(stored, b => b.Digest == blob);
        Assert.Single(stored, b => b.Size == weights.Length);
        (await admin.DeleteAsync($"/artifacts/model/{ids[0]}")).EnsureSuccessStatusCode();
        Assert.Equal(weights, await admin.GetByteArrayAsync($"/artifacts/model/{ids[1]}/files/other/path.bin"));
    }

    [Fact]
    public async Task Thirteen_models_are_rated_at_once()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 13).Select(i => registry.Admin.UploadAsync(Zips.SmallModel($"# model {i}"), $"thirteen-{i}")));
        var ratings = await Task.WhenAll(ids.Select(async id =>
        {
            using var response = await registry.Admin.GetAsync($"/artifact/model/{id}/rate");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return (await response.JsonAsync()).GetProperty("name").GetString();
        }));
        Assert.Equal(Enumerable.Range(0, 13).Select(i => $"thirteen-{i}"), ratings);
    }
}
