using System.Net;
using System.Security.Cryptography;

namespace Acme.Api.Tests.Hostile;

/// <summary>The registry on a disk that uploads can fill.</summary>
[Trait(TestDrivers.Trait, TestDrivers.Indifferent)]
public sealed class DiskFullTests
{
    [Theory]
    [InlineData(60_000_000, "the upload itself does not fit")]
    [InlineData(25_000_000, "the upload fits but not what is in it")]
    public async Task An_upload_that_fills_the_disk_is_507_and_everything_else_goes_on(int bytes, string why)
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 48);
        await using var app = await RegistryApp.StartOnAsync(disk.Path, TestDrivers.Embedded);
        using var admin = await app.SignedInAsync();
        var present = RandomNumberGenerator.GetBytes(8_000_000);
        var id = await admin.UploadAsync(Zips.Of(("weights.bin", present)), "present");
        using var download = await admin.GetAsync($"/artifacts/model/{id}/files/weights.bin", HttpCompletionOption.ResponseHeadersRead);

        using var refused = await admin.PostAsync("/artifact/model/upload", Zips.Form(Zips.Of(("huge.bin", RandomNumberGenerator.GetBytes(bytes))), "huge"));
        Assert.Contains("nothing was stored", await refused.ProblemAsync(507));
        await app.AssertNoneAsync(admin, "huge");

        Assert.Equal(present, await download.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.OK, (await app.Http.GetAsync("/health")).StatusCode);
        Assert.Equal(present, await admin.GetByteArrayAsync($"/artifacts/model/{id}/files/weights.bin"));
        var small = await admin.UploadAsync(Zips.SmallModel(), $"fits although {why}");
        (await admin.GetAsync($"/artifact/model/{small}/rate")).EnsureSuccessStatusCode();
    }
}
