using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace Acme.Api.Tests.Storage;

/// <summary>With blobs in S3 a download is a redirect to a URL of the store, which anyone who has it can follow for a while.</summary>
[Trait(TestDrivers.Trait, TestDrivers.Indifferent)]
public sealed class PresignedDownloadTests : IAsyncLifetime
{
    // Above the size from which bundles are assembled in the store.
    private static readonly byte[] Weights = Random(6_000_000);

    private readonly HttpClient _anyone = new(new HttpClientHandler { AllowAutoRedirect = false });
    private readonly string _bucket = $"b{Guid.NewGuid():N}";
    private RegistryApp _app = null!;
    private HttpClient _admin = null!;
    private string _id = "";

    public async ValueTask InitializeAsync() => await StartAsync();

    public async ValueTask DisposeAsync()
    {
        _anyone.Dispose();
        _admin.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_file_is_fetched_from_the_store_whole_and_in_part()
    {
        var url = await RedirectAsync($"/artifacts/model/{_id}/files/weights/model.bin");
        using var whole = await _anyone.GetAsync(url);
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
        Assert.Equal(Weights, await whole.Content.ReadAsByteArrayAsync());
        Assert.Equal("attachment", whole.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("model.bin", whole.Content.Headers.ContentDisposition.FileNameStar);
        Assert.Equal("application/octet-stream", whole.Content.Headers.ContentType!.MediaType);
        await HasRangesAsync($"/artifacts/model/{_id}/files/weights/model.bin", Weights);
    }

    [Fact]
    public async Task A_bundle_is_assembled_in_the_store_and_is_the_bundle_that_the_registry_would_send()
    {
        var path = $"/artifacts/model/{_id}/download";
        var fromStore = await _anyone.GetByteArrayAsync(await RedirectAsync(path));
        using var zip = new ZipArchive(new MemoryStream(fromStore));
        Assert.Equal(["README.md", "weights/model.bin"], zip.Entries.Select(e => e.FullName));
        await HasRangesAsync(path, fromStore);

        await using var plain = await RegistryApp.StartOnAsync(_app.Data + "-plain", [.. await SettingsAsync(), "--Downloads:Redirect", "false"]);
        using var admin = await plain.SignedInAsync();
        var id = await UploadAsync(admin);
        Assert.Equal(fromStore, await admin.GetByteArrayAsync($"/artifacts/model/{id}/download"));
        Directory.Delete(plain.Data, recursive: true);
    }

    [Fact]
    public async Task A_small_bundle_is_sent_by_the_registry_itself()
    {
        var id = await _admin.UploadAsync(Zips.SmallModel(), "small");
        using var answer = await _admin.GetAsync($"/artifacts/model/{id}/download");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(answer.Content.Headers.ContentLength, (await answer.Content.ReadAsByteArrayAsync()).Length);
    }

    [Theory]
    [InlineData("files/weights/model.bin")]
    [InlineData("download")]
    public async Task The_registry_itself_answers_HEAD_validators_and_ranges_that_cannot_be(string what)
    {
        var path = $"/artifacts/model/{_id}/{what}";
        using var head = await _admin.SendAsync(new(HttpMethod.Head, path));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.True(head.Content.Headers.ContentLength >= Weights.Length);
        Assert.Null(head.Headers.Location);

        using var known = await _admin.SendAsync(new(HttpMethod.Get, path) { Headers = { IfNoneMatch = { head.Headers.ETag! } } });
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        using var beyond = await _admin.SendAsync(new(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(head.Content.Headers.ContentLength, null) } });
        await beyond.ProblemAsync(416);
        Assert.Empty(await DownloadsAsync());
    }

    [Theory]
    [InlineData("files/weights/model.bin")]
    [InlineData("download")]
    public async Task Every_redirect_is_an_entry_in_the_trail(string what)
    {
        for (var i = 1; i <= 2; i++)
        {
            await RedirectAsync($"/artifacts/model/{_id}/{what}");
            var entries = await DownloadsAsync();
            Assert.Equal(i, entries.Length);
            Assert.All(entries, user => Assert.Equal(RegistryApp.AdminName, user));
        }
    }

    [Fact]
    public async Task A_URL_is_good_for_its_time_and_no_longer_and_for_nothing_else()
    {
        var path = $"/artifacts/model/{_id}/files/README.md";
        var url = await RedirectAsync(path);
        var lifetime = LifetimeOf(url);
        // The SDK rounds up to whole seconds.
        Assert.InRange(lifetime, 900, 901);
        using var other = await _anyone.GetAsync(url.AbsoluteUri.Replace("/sha256/", "/sha25x/", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        using var longer = await _anyone.GetAsync(url.AbsoluteUri.Replace($"X-Amz-Expires={lifetime}", $"X-Amz-Expires={lifetime + 1}", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Forbidden, longer.StatusCode);
        using var deletion = await _anyone.DeleteAsync(url);
        Assert.Equal(HttpStatusCode.Forbidden, deletion.StatusCode);

        await DisposeAppAsync();
        await StartAsync("--S3:PresignedLifetime", "00:00:10");
        url = await RedirectAsync($"/artifacts/model/{_id}/files/README.md");
        Assert.InRange(LifetimeOf(url), 10, 11);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            using var answer = await _anyone.GetAsync(url, patience.Token);
            if (answer.StatusCode == HttpStatusCode.Forbidden) break;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await Task.Delay(500, patience.Token);
        }
    }

    private async Task StartAsync(params string[] settings)
    {
        _app = await RegistryApp.StartAsync([.. await SettingsAsync(), "--Downloads:Redirect", "true", .. settings]);
        var token = await _app.TokenAsync();
        _admin = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _app.Http.BaseAddress };
        _admin.DefaultRequestHeaders.TryAddWithoutValidation("X-Authorization", token);
        _id = await UploadAsync(_admin);
    }

    private async Task DisposeAppAsync()
    {
        _admin.Dispose();
        await _app.DisposeAsync();
    }

    private async Task<string[]> SettingsAsync() =>
        [.. TestDrivers.Embedded, "--Blobs:Provider", "s3", .. (await SharedEngines.BucketAsync(_bucket)).SelectMany(s => new[] { $"--{s.Key}", s.Value })];

    private static Task<string> UploadAsync(HttpClient client) =>
        client.UploadAsync(Zips.Of(("README.md", "# presigned"u8.ToArray()), ("weights/model.bin", Weights)), "presigned");

    private async Task<Uri> RedirectAsync(string path)
    {
        using var answer = await _admin.GetAsync(path);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        var url = answer.Headers.Location!;
        Assert.Contains("X-Amz-Signature=", url.Query);
        return url;
    }

    /// <summary>A client that asks for a range is redirected as well, and repeats the question there.</summary>
    private async Task HasRangesAsync(string path, byte[] whole)
    {
        foreach (var range in new RangeHeaderValue[] { new(0, 0), new(5_000_000, 5_999_999), new(whole.Length - 7, null), new(null, 1000) })
        {
            using var asked = await _admin.SendAsync(new(HttpMethod.Get, path) { Headers = { Range = range } });
            Assert.Equal(HttpStatusCode.Found, asked.StatusCode);
            using var part = await _anyone.SendAsync(new(HttpMethod.Get, asked.Headers.Location!) { Headers = { Range = range } });
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            var place = part.Content.Headers.ContentRange!;
            Assert.Equal(whole.Length, place.Length);
            Assert.Equal(whole[(int)place.From!..((int)place.To! + 1)], await part.Content.ReadAsByteArrayAsync());
        }
    }

    private async Task<string?[]> DownloadsAsync()
    {
        var trail = await (await _admin.GetAsync($"/artifact/model/{_id}/audit")).JsonAsync();
        return [.. trail.EnumerateArray().Where(e => e.GetProperty("action").GetString() == "DOWNLOAD").Select(e => e.GetProperty("user").GetProperty("name").GetString())];
    }

    private static int LifetimeOf(Uri url) =>
        int.Parse(url.Query.Split('&', '?').Single(p => p.StartsWith("X-Amz-Expires=", StringComparison.Ordinal)).Split('=')[1], System.Globalization.CultureInfo.InvariantCulture);

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(5).NextBytes(bytes);
        return bytes;
    }
}
