using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;

namespace Acme.Api.Tests.Download;

[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class DownloadTests(SharedRegistry registry) : IClassFixture<SharedRegistry>
{
    private static readonly byte[] Weights = Zips.Safetensors(200_000);

    private async Task<string> ModelAsync(string name) => await registry.Admin.UploadAsync(
        Zips.Of(("README.md", "# downloads"u8.ToArray()), ("model.safetensors", Weights), ("data/train.csv", "a,b\n1,2\n"u8.ToArray()), ("sub dir/ü%2F.txt", "odd"u8.ToArray())), name);

    [Fact]
    public async Task The_bundle_holds_every_file_as_it_was_uploaded()
    {
        var id = await ModelAsync("download-all");
        using var zip = new ZipArchive(new MemoryStream(await registry.Admin.GetByteArrayAsync($"/artifacts/model/{id}/download")));
        Assert.Equal(["README.md", "data/train.csv", "model.safetensors", "sub dir/ü%2F.txt"], zip.Entries.Select(e => e.FullName));
        using var content = new MemoryStream();
        await using (var entry = zip.GetEntry("model.safetensors")!.Open()) await entry.CopyToAsync(content);
        Assert.Equal(Weights, content.ToArray());
    }

    [Theory]
    [InlineData("weights", "model.safetensors")]
    [InlineData("datasets", "data/train.csv")]
    public async Task A_part_holds_only_its_files(string part, string file)
    {
        var id = await ModelAsync($"download-{part}");
        using var zip = new ZipArchive(new MemoryStream(await registry.Admin.GetByteArrayAsync($"/artifacts/model/{id}/download?part={part}")));
        Assert.Equal(file, Assert.Single(zip.Entries).FullName);
        await (await registry.Admin.GetAsync($"/artifacts/model/{id}/download?part=nonsense")).ProblemAsync(400);
    }

    [Fact]
    public async Task A_part_without_files_is_404()
    {
        var id = await registry.Admin.UploadAsync(Zips.Of(("README.md", "# text only"u8.ToArray())), "download-no-weights");
        Assert.Contains("part=all", await (await registry.Admin.GetAsync($"/artifacts/model/{id}/download?part=weights")).ProblemAsync(404));
    }

    [Fact]
    public async Task Head_tells_length_and_etag_without_a_body_and_without_an_audit_entry()
    {
        var id = await ModelAsync("download-head");
        using var head = await registry.Admin.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/artifacts/model/{id}/download"));
        var whole = await registry.Admin.GetByteArrayAsync($"/artifacts/model/{id}/download");
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(whole.Length, head.Content.Headers.ContentLength);
        Assert.False(head.Headers.ETag!.IsWeak);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        var trail = await (await registry.Admin.GetAsync($"/artifact/model/{id}/audit")).JsonAsync();
        Assert.Single(trail.EnumerateArray(), e => e.GetProperty("action").GetString() == "DOWNLOAD");
    }

    [Theory]
    [InlineData("bytes=0-0")]
    [InlineData("bytes=100-300000")]
    [InlineData("bytes=399000-")]
    [InlineData("bytes=-1000")]
    [InlineData("bytes=-99999999")]
    [InlineData("bytes=5-99999999")]
    public async Task A_range_gives_exactly_those_bytes(string range)
    {
        var id = await ModelAsync($"download-{range}");
        foreach (var path in new[] { $"/artifacts/model/{id}/download", $"/artifacts/model/{id}/files/model.safetensors" })
        {
            var whole = await registry.Admin.GetByteArrayAsync(path);
            using var response = await RangeAsync(path, range);
            Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
            var part = response.Content.Headers.ContentRange!;
            Assert.Equal(whole.Length, part.Length);
            Assert.Equal(whole[(int)part.From!.Value..((int)part.To!.Value + 1)], await response.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task A_download_cut_half_way_is_resumed_with_If_Range()
    {
        var id = await ModelAsync("download-resume");
        var path = $"/artifacts/model/{id}/download";
        var whole = await registry.Admin.GetByteArrayAsync(path);
        using var first = await registry.Admin.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        var etag = first.Headers.ETag!;
        using var rest = await RangeAsync(path, $"bytes={whole.Length / 2}-", etag.ToString());
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal(whole[(whole.Length / 2)..], await rest.Content.ReadAsByteArrayAsync());
        using var changed = await RangeAsync(path, $"bytes={whole.Length / 2}-", "\"another\"");
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(whole, await changed.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Ranges_that_cannot_be_and_ranges_that_make_no_sense()
    {
        var id = await ModelAsync("download-odd-ranges");
        var path = $"/artifacts/model/{id}/files/model.safetensors";
        using var beyond = await RangeAsync(path, $"bytes={Weights.Length}-");
        await beyond.ProblemAsync(416);
        Assert.Equal($"bytes */{Weights.Length}", beyond.Content.Headers.ContentRange!.ToString());
        foreach (var nonsense in new[] { "bytes=banana", "lines=1-2", "bytes=9-3", "bytes=0-1,5-6" })
        {
            using var response = await RangeAsync(path, nonsense);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("download")]
    [InlineData("files/README.md")]
    [InlineData("files/no-such-file")]
    public async Task A_download_tells_how_long_the_registry_took_until_its_head(string what)
    {
        var id = await ModelAsync($"download-timed-{what.Length}");
        var clock = Stopwatch.StartNew();
        using var response = await registry.Admin.GetAsync($"/artifacts/model/{id}/{what}", HttpCompletionOption.ResponseHeadersRead);
        var timing = Assert.Single(response.Headers.GetValues("Server-Timing"));
        Assert.StartsWith("total;dur=", timing);
        Assert.InRange(double.Parse(timing["total;dur=".Length..], CultureInfo.InvariantCulture), 0.001, clock.Elapsed.TotalMilliseconds);
        using var other = await registry.Admin.GetAsync($"/artifacts/model/{id}");
        Assert.False(other.Headers.Contains("Server-Timing"));
    }

    [Fact]
    public async Task An_unchanged_bundle_is_not_sent_again()
    {
        var id = await ModelAsync("download-etag");
        using var first = await registry.Admin.GetAsync($"/artifacts/model/{id}/download");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/artifacts/model/{id}/download");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await registry.Admin.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task A_single_file_is_found_by_its_exact_path()
    {
        var id = await ModelAsync("download-file");
        Assert.Equal("odd", await registry.Admin.GetStringAsync($"/artifacts/model/{id}/files/{Uri.EscapeDataString("sub dir/ü%2F.txt")}"));
        Assert.Equal("odd", await registry.Admin.GetStringAsync($"/artifacts/model/{id}/files/sub%20dir/{Uri.EscapeDataString("ü%2F.txt")}"));
        await (await registry.Admin.GetAsync($"/artifacts/model/{id}/files/../../../etc/passwd")).Content.ReadAsStringAsync();
        await (await registry.Admin.GetAsync($"/artifacts/model/{id}/files/{Uri.EscapeDataString("../README.md")}")).ProblemAsync(404);
        var files = await (await registry.Admin.GetAsync($"/artifacts/model/{id}/files")).JsonAsync();
        var weights = files.EnumerateArray().Single(f => f.GetProperty("path").GetString() == "model.safetensors");
        Assert.Equal(Weights.Length, weights.GetProperty("size").GetInt64());
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Weights)), weights.GetProperty("sha256").GetString());
    }

    [Fact]
    public async Task A_download_under_way_survives_the_deletion_of_its_artifact()
    {
        var big = new byte[30_000_000];
        new Random(7).NextBytes(big);
        var id = await registry.Admin.UploadAsync(Zips.Of(("big.bin", big)), "download-deleted");
        using var response = await registry.Admin.GetAsync($"/artifacts/model/{id}/files/big.bin", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var received = new MemoryStream();
        var buffer = new byte[64 * 1024];
        received.Write(buffer, 0, await body.ReadAsync(buffer));
        (await registry.Admin.DeleteAsync($"/artifacts/model/{id}")).EnsureSuccessStatusCode();
        await body.CopyToAsync(received);
        Assert.Equal(big, received.ToArray());
    }

    private async Task<HttpResponseMessage> RangeAsync(string path, string range, string? ifRange = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Range", range);
        if (ifRange is not null) request.Headers.TryAddWithoutValidation("If-Range", ifRange);
        return await registry.Admin.SendAsync(request);
    }
}
