using Acme.Registry.Tests.Zip;

namespace Acme.Api.Tests.Hostile;

public sealed class ManyEntriesTests(SharedRegistry registry) : IClassFixture<SharedRegistry>
{
    [Fact]
    public async Task A_hundred_thousand_entries_are_taken_and_one_more_is_not()
    {
        var id = await registry.Admin.UploadAsync(Zip(100_000), "many-entries");
        using var files = await registry.Admin.GetAsync($"/artifacts/model/{id}/files");
        Assert.Equal(100_000, (await files.JsonAsync()).GetArrayLength());
        Assert.Equal("tiny", await registry.Admin.GetStringAsync($"/artifacts/model/{id}/files/folder-99/file-99999"));

        using var refused = await registry.Admin.PostAsync("/artifact/model/upload", Zips.Form(Zip(100_001), "too-many-entries"));
        Assert.Contains("100,000", await refused.ProblemAsync(400));
        await registry.App.AssertNoneAsync(registry.Admin, "too-many-entries");
    }

    private static byte[] Zip(int count)
    {
        var forger = new ZipForger { Zip64 = true };
        for (var i = 0; i < count; i++) forger.Add($"folder-{i / 1000}/file-{i}", "tiny");
        return forger.Build();
    }
}
