using System.Net.Http.Json;
using Acme.Api.Tests.Hostile;

namespace Acme.Api.Tests.Access;

[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class ResetTests
{
    [Fact]
    public async Task Reset_empties_everything_but_the_administrator_and_the_callers_token()
    {
        await using var app = await RegistryApp.StartAsync();
        using var admin = await app.SignedInAsync();
        using var other = await app.SignedInAsync();
        await admin.PostAsJsonAsync("/users", new { name = "temp", password = "a password long enough", permissions = new[] { "search" } });
        using var user = await app.SignedInAsync("temp", "a password long enough");
        var id = await admin.UploadAsync(Zips.SmallModel(), "soon-gone");

        (await admin.DeleteAsync("/reset")).EnsureSuccessStatusCode();

        await (await admin.GetAsync($"/artifacts/model/{id}")).ProblemAsync(404);
        using var list = await admin.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""));
        Assert.Equal(0, (await list.JsonAsync()).GetArrayLength());
        await (await user.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""))).ProblemAsync(403);
        await (await other.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""))).ProblemAsync(403);
        await app.TokenAsync();
        await admin.UploadAsync(Zips.SmallModel(), "soon-gone");
    }

    [Fact]
    public async Task An_upload_that_began_before_a_reset_does_not_appear_after_it()
    {
        await using var app = await RegistryApp.StartAsync();
        using var admin = await app.SignedInAsync();
        var gate = new TaskCompletionSource();
        using var form = new MultipartFormDataContent { { new GatedContent(Zips.SmallModel(), gate.Task), "file", "late.zip" } };
        var upload = admin.PostAsync("/artifact/model/upload", form);
        // The reset must fall after the server has begun to read the upload; its spool file shows that it has.
        while (!upload.IsCompleted && !LeftOvers.Files(app.Data).Any()) await Task.Delay(20);
        (await admin.DeleteAsync("/reset")).EnsureSuccessStatusCode();
        gate.SetResult();
        await (await upload).ProblemAsync(409);
        using var list = await admin.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""));
        Assert.Equal(0, (await list.JsonAsync()).GetArrayLength());
    }

    private sealed class GatedContent(byte[] bytes, Task gate) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
            await stream.FlushAsync();
            await gate;
            await stream.WriteAsync(bytes.AsMemory(bytes.Length / 2));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
