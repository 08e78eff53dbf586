using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Acme.Registry.Artifacts;
using Acme.Registry.Maintenance;
using Acme.Registry.Sources;
using Acme.Registry.Storage;
using Acme.Registry.Tests.Mirroring;
using Microsoft.Extensions.DependencyInjection;

namespace Acme.Api.Tests.Mirroring;

/// <summary>Large files that follow after their artifact, as clients of the API see them.</summary>
public sealed class MirroringTests
{
    private static readonly byte[] Card = Encoding.UTF8.GetBytes("# A model\n\nIt does a thing.\n");
    private static readonly byte[] Weights = WeightServer.Content(800_000);
    private static readonly byte[] MoreWeights = WeightServer.Content(300_000, seed: 2);

    [Fact]
    public async Task An_artifact_does_not_wait_for_its_weights_which_follow_and_are_put_on_the_trail()
    {
        await using var registry = await MirroredRegistry.StartAsync();
        var served = new ServedFile(Weights) { PauseAt = 500_000 };
        var url = registry.Server.Serve("/w", served);
        var id = await registry.PublishAsync("slow", null, ("README.md", Card, null), ("model.safetensors", Weights, url));
        await served.Paused;

        await registry.UntilStateAsync(id, "model.safetensors", "fetching");
        await MirroredRegistry.UntilAsync(async () => (await registry.FileAsync(id, "model.safetensors")).GetProperty("fetched_bytes").GetInt64() == 500_000);
        var file = await registry.FileAsync(id, "model.safetensors");
        Assert.False(file.GetProperty("mirrored").GetBoolean());
        Assert.Equal(url.AbsoluteUri, file.GetProperty("url").GetString());
        Assert.True((await registry.FileAsync(id, "README.md")).GetProperty("mirrored").GetBoolean());
        var revision = await RevisionAsync(registry, id);
        Assert.DoesNotContain("UPDATE", await registry.TrailAsync(id));

        served.Release();
        await registry.UntilJobsEndAsync();
        file = await registry.FileAsync(id, "model.safetensors");
        Assert.Equal("stored", file.GetProperty("state").GetString());
        Assert.False(file.TryGetProperty("url", out _));
        Assert.Equal(revision, await RevisionAsync(registry, id));
        Assert.Single(await registry.TrailAsync(id), "UPDATE");
        Assert.All((await registry.ManifestAsync(id)).Entries, e => Assert.True(e is { Remote: null, Crc32: not null }));
        Assert.Equal(Weights, await registry.Admin.GetByteArrayAsync($"/artifacts/model/{id}/files/model.safetensors"));
        Assert.Single(registry.Server.Requests);
    }

    [Fact]
    public async Task A_bundle_has_the_same_bytes_length_and_tag_before_and_after_its_weights_arrived()
    {
        await using var registry = await MirroredRegistry.StartAsync();
        var (first, second) = (new ServedFile(Weights) { PauseAt = 1 }, new ServedFile(MoreWeights) { PauseAt = 200_000 });
        var id = await registry.PublishAsync(
            "bundle", null, ("README.md", Card, null), ("a.safetensors", Weights, registry.Server.Serve("/a", first)), ("z.bin", MoreWeights, registry.Server.Serve("/z", second)));
        var path = $"/artifacts/model/{id}/download";
        using var headBefore = await registry.Admin.SendAsync(new(HttpMethod.Head, path));
        using var response = await registry.Admin.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        var before = response.Content.ReadAsByteArrayAsync();
        var directory = RangeAsync(registry.Admin, path, headBefore.Content.Headers.ContentLength!.Value - 100, null);
        Assert.False(before.IsCompleted);
        first.Release();
        second.Release();
        var bytes = await before;
        await registry.UntilJobsEndAsync();

        using var after = await registry.Admin.GetAsync(path);
        Assert.Equal(await after.Content.ReadAsByteArrayAsync(), bytes);
        Assert.Equal(after.Headers.ETag, response.Headers.ETag);
        Assert.Equal(after.Headers.ETag, headBefore.Headers.ETag);
        Assert.Equal(bytes.Length, headBefore.Content.Headers.ContentLength);
        Assert.Equal(bytes[^100..], await directory);
        using var zip = new ZipArchive(new MemoryStream(bytes));
        Assert.Equal(["README.md", "a.safetensors", "z.bin"], zip.Entries.Select(e => e.FullName));
        using var content = new MemoryStream();
        await using (var entry = await zip.GetEntry("z.bin")!.OpenAsync()) await entry.CopyToAsync(content);
        Assert.Equal(MoreWeights, content.ToArray());
        Assert.Equal(2, registry.Server.Requests.Count);
    }

    [Fact]
    public async Task Twenty_clients_read_along_while_one_fetch_goes_on()
    {
        await using var registry = await MirroredRegistry.StartAsync();
        var served = new ServedFile(Weights) { PauseAt = 500_000 };
        var id = await registry.PublishAsync("shared", null, ("model.safetensors", Weights, registry.Server.Serve("/w", served)));
        var path = $"/artifacts/model/{id}/files/model.safetensors";
        var clients = Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? registry.Admin.GetByteArrayAsync(path) : RangeAsync(registry.Admin, path, 790_000, null)).ToArray();
        Assert.Equal(Weights[1000..2000], await RangeAsync(registry.Admin, path, 1000, 1999));
        using var head = await registry.Admin.SendAsync(new(HttpMethod.Head, path));
        Assert.Equal(Weights.Length, head.Content.Headers.ContentLength);
        Assert.All(clients, c => Assert.False(c.IsCompleted));
        served.Release();
        var received = await Task.WhenAll(clients);
        for (var i = 0; i < received.Length; i++) Assert.Equal(i % 2 == 0 ? Weights : Weights[790_000..], received[i]);
        await registry.UntilJobsEndAsync();
        Assert.Single(registry.Server.Requests);
    }

    [Fact]
    public async Task Content_that_is_not_what_was_announced_is_refused_said_and_not_tried_again_until_asked()
    {
        await using var registry = await MirroredRegistry.StartAsync();
        var served = new ServedFile(MoreWeights) { PauseAt = 100_000 };
        var url = registry.Server.Serve("/w", served);
        var lied = WeightServer.Content(MoreWeights.Length, seed: 3);
        var id = await registry.PublishAsync("liar", null, ("README.md", Card, null), ("model.bin", lied, url));
        await served.Paused;
        using (var response = await registry.Admin.GetAsync($"/artifacts/model/{id}/files/model.bin", HttpCompletionOption.ResponseHeadersRead))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            served.Release();
            await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync());
        }
        await registry.UntilStateAsync(id, "model.bin", "failed");
        await registry.UntilJobsEndAsync();
        Assert.Contains(Sha256Digest.Of(lied).ToString(), (await registry.FileAsync(id, "model.bin")).GetProperty("problem").GetString());
        Assert.Contains("UPDATE", await registry.TrailAsync(id));
        Assert.Contains("PUT", await (await registry.Admin.GetAsync($"/artifacts/model/{id}/files/model.bin")).ProblemAsync(424));
        await (await registry.Admin.GetAsync($"/artifacts/model/{id}/download")).ProblemAsync(424);
        Assert.Equal(Card, await registry.Admin.GetByteArrayAsync($"/artifacts/model/{id}/files/README.md"));
        Assert.Single(registry.Server.Requests);

        registry.Server.Serve("/w", new(lied));
        await registry.PublishAsync("liar", ArtifactId.Parse(id), ("README.md", Card, null), ("model.bin", lied, url));
        await registry.UntilStateAsync(id, "model.bin", "stored");
        await registry.UntilJobsEndAsync();
        Assert.Equal(lied, await registry.Admin.GetByteArrayAsync($"/artifacts/model/{id}/files/model.bin"));
        Assert.Single((await registry.Catalog.Artifacts.FindAsync(ArtifactId.Parse(id)))!.Item.Revisions);
    }

    [Fact]
    public async Task A_source_without_the_file_is_told_before_the_first_byte()
    {
        await using var registry = await MirroredRegistry.StartAsync("--Mirror:EagerUpTo", "0");
        var (gone, down) = (new ServedFile(Weights) { Status = 404 }, new ServedFile(MoreWeights) { Status = 503 });
        var id = await registry.PublishAsync(
            "away", null, ("gone.bin", Weights, registry.Server.Serve("/gone", gone)), ("down.bin", MoreWeights, registry.Server.Serve("/down", down)));
        await (await registry.Admin.GetAsync($"/artifacts/model/{id}/files/gone.bin")).ProblemAsync(424);
        await (await registry.Admin.GetAsync($"/artifacts/model/{id}/files/down.bin")).ProblemAsync(502);
        Assert.DoesNotContain("DOWNLOAD", await registry.TrailAsync(id));
    }

    [Fact]
    public async Task Between_the_sizes_a_file_is_fetched_when_it_is_first_downloaded()
    {
        await using var registry = await MirroredRegistry.StartAsync("--Mirror:EagerUpTo", "1000000");
        var id = await registry.PublishAsync(
            "lazy", null, ("a.bin", Weights, registry.Server.Serve("/a", new(Weights))), ("b.bin", MoreWeights, registry.Server.Serve("/b", new(MoreWeights))));
        Assert.Equal("waiting", (await registry.FileAsync(id, "b.bin")).GetProperty("state").GetString());
        using (var head = await registry.Admin.SendAsync(new(HttpMethod.Head, $"/artifacts/model/{id}/files/b.bin"))) Assert.True(head.IsSuccessStatusCode);
        Assert.Empty(registry.Server.Requests);

        Assert.Equal(MoreWeights, await registry.Admin.GetByteArrayAsync($"/artifacts/model/{id}/files/b.bin"));
        await MirroredRegistry.UntilAsync(async () => (await registry.ManifestAsync(id)).Find("b.bin")!.Remote is null);
        Assert.Equal("waiting", (await registry.FileAsync(id, "a.bin")).GetProperty("state").GetString());
        Assert.Equal("/b", Assert.Single(registry.Server.Requests).Path);

        await registry.Admin.GetByteArrayAsync($"/artifacts/model/{id}/download");
        await MirroredRegistry.UntilAsync(async () => (await registry.ManifestAsync(id)).RemoteSize == 0);
        Assert.Equal(2, registry.Server.Requests.Count);
    }

    [Fact]
    public async Task Above_the_largest_size_an_artifact_keeps_pointers()
    {
        await using var registry = await MirroredRegistry.StartAsync("--Mirror:EagerUpTo", "1000", "--Mirror:PointerAbove", "1000");
        var url = registry.Server.Serve("/w", new(Weights));
        var id = await registry.PublishAsync("huge", null, ("README.md", Card, null), ("model.bin", Weights, url));
        Assert.Equal("pointer", (await registry.FileAsync(id, "model.bin")).GetProperty("state").GetString());
        using var direct = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = registry.Admin.BaseAddress };
        direct.DefaultRequestHeaders.TryAddWithoutValidation("X-Authorization", await registry.App.TokenAsync());
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            using var redirect = await direct.SendAsync(new(method, $"/artifacts/model/{id}/files/model.bin"));
            Assert.Equal(HttpStatusCode.Found, redirect.StatusCode);
            Assert.Equal(url, redirect.Headers.Location);
        }
        Assert.Contains("/files", await (await direct.GetAsync($"/artifacts/model/{id}/download")).ProblemAsync(409));
        Assert.Equal(Card, await direct.GetByteArrayAsync($"/artifacts/model/{id}/files/README.md"));
        Assert.Empty(registry.Server.Requests);
    }

    [Fact]
    public async Task A_restart_in_the_middle_goes_on_where_it_was()
    {
        await using var registry = await MirroredRegistry.StartAsync("--Jobs:Lease", "00:00:01");
        var served = new ServedFile(Weights) { PauseAt = 500_000 };
        var url = registry.Server.Serve("/w", served);
        var id = await registry.PublishAsync("restarted", null, ("model.bin", Weights, url));
        await MirroredRegistry.UntilAsync(async () => (await registry.FileAsync(id, "model.bin")).TryGetProperty("fetched_bytes", out var n) && n.GetInt64() == 500_000);
        await registry.StopAsync();
        served.Release();
        await registry.StartAgainAsync();
        await MirroredRegistry.UntilAsync(async () => (await registry.ManifestAsync(id)).RemoteSize == 0);
        Assert.Equal([null, "bytes=500000-"], registry.Server.RangesOf(url));
        Assert.Equal(Weights, await registry.Admin.GetByteArrayAsync($"/artifacts/model/{id}/files/model.bin"));
    }

    [Fact]
    public async Task A_deleted_artifact_does_not_come_back_and_its_part_goes()
    {
        await using var registry = await MirroredRegistry.StartAsync();
        var served = new ServedFile(Weights) { PauseAt = 500_000 };
        var id = await registry.PublishAsync("deleted", null, ("model.bin", Weights, registry.Server.Serve("/w", served)));
        await served.Paused;
        (await registry.Admin.DeleteAsync($"/artifacts/model/{id}")).EnsureSuccessStatusCode();
        // The source never sends the rest: that nobody wants it must be noticed without it.
        await registry.UntilJobsEndAsync();
        await (await registry.Admin.GetAsync($"/artifacts/model/{id}")).ProblemAsync(404);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(registry.App.Data, "mirror")));
    }

    [Fact]
    public async Task A_reset_ends_mirroring_and_nothing_comes_back()
    {
        await using var registry = await MirroredRegistry.StartAsync();
        var served = new ServedFile(Weights) { PauseAt = 500_000 };
        var id = await registry.PublishAsync("reset", null, ("model.bin", Weights, registry.Server.Serve("/w", served)));
        await served.Paused;
        (await registry.Admin.DeleteAsync("/reset")).EnsureSuccessStatusCode();
        served.Release();
        await registry.UntilJobsEndAsync();
        await (await registry.Admin.GetAsync($"/artifacts/model/{id}")).ProblemAsync(404);
        using var list = await registry.Admin.PostAsync("/artifacts", Zips.Json("""[{"name":"*"}]"""));
        Assert.Equal(0, (await list.JsonAsync()).GetArrayLength());
    }

    [Fact]
    public async Task Contents_that_were_replaced_meanwhile_stay_replaced()
    {
        await using var registry = await MirroredRegistry.StartAsync();
        var served = new ServedFile(Weights) { PauseAt = 500_000 };
        var id = await registry.PublishAsync("replaced", null, ("model.bin", Weights, registry.Server.Serve("/old", served)));
        await served.Paused;
        await registry.PublishAsync("replaced", ArtifactId.Parse(id), ("model.bin", MoreWeights, registry.Server.Serve("/new", new(MoreWeights))));
        Assert.Equal(MoreWeights, await registry.Admin.GetByteArrayAsync($"/artifacts/model/{id}/files/model.bin"));
        served.Release();
        await registry.UntilJobsEndAsync();
        var artifact = (await registry.Catalog.Artifacts.FindAsync(ArtifactId.Parse(id)))!.Item;
        Assert.Equal(2, artifact.Revisions.Count);
        Assert.Equal(Sha256Digest.Of(MoreWeights), Assert.Single((await registry.ManifestAsync(id)).Entries).Digest);
        var blobs = registry.App.Services.GetRequiredService<IBlobStore>();
        var old = Manifest.Deserialize(await blobs.ReadAllBytesAsync(artifact.Revisions[0].Manifest));
        Assert.Equal(0, old.RemoteSize);
    }

    [Fact]
    public async Task Garbage_collection_spares_what_has_arrived_for_a_manifest_that_does_not_say_so_yet()
    {
        await using var registry = await MirroredRegistry.StartAsync();
        var held = new ServedFile(MoreWeights) { PauseAt = 1 };
        var id = await registry.PublishAsync(
            "collected", null, ("a.bin", Weights, registry.Server.Serve("/a", new(Weights))), ("b.bin", MoreWeights, registry.Server.Serve("/b", held)));
        await registry.UntilStateAsync(id, "a.bin", "stored");
        Assert.NotNull((await registry.ManifestAsync(id)).Find("a.bin")!.Remote);
        await registry.App.Services.GetRequiredService<GarbageCollector>().CollectAsync(TimeSpan.Zero, TimeSpan.Zero);
        held.Release();
        await registry.UntilJobsEndAsync();
        Assert.Equal(Weights, await registry.Admin.GetByteArrayAsync($"/artifacts/model/{id}/files/a.bin"));
        await registry.App.Services.GetRequiredService<GarbageCollector>().CollectAsync(TimeSpan.Zero, TimeSpan.Zero);
        Assert.Equal(MoreWeights, await registry.Admin.GetByteArrayAsync($"/artifacts/model/{id}/files/b.bin"));
    }

    [Fact]
    public async Task An_artifact_that_is_restored_before_its_files_were_here_has_them_fetched()
    {
        await using var registry = await MirroredRegistry.StartAsync();
        var held = new ServedFile(MoreWeights) { PauseAt = 1 };
        var id = await registry.PublishAsync("restored", null, ("b.bin", MoreWeights, registry.Server.Serve("/b", held)));
        (await registry.Admin.DeleteAsync($"/artifacts/model/{id}")).EnsureSuccessStatusCode();
        held.Release();
        await registry.UntilJobsEndAsync();
        (await registry.Admin.PostAsync($"/artifacts/model/{id}/restore", null)).EnsureSuccessStatusCode();
        await registry.UntilStateAsync(id, "b.bin", "stored");
        await registry.UntilJobsEndAsync();
        Assert.Null((await registry.ManifestAsync(id)).Find("b.bin")!.Remote);
        Assert.Equal(MoreWeights, await registry.Admin.GetByteArrayAsync($"/artifacts/model/{id}/files/b.bin"));
    }

    [Fact]
    public async Task Small_files_are_taken_in_at_ingest_and_held_to_their_digest()
    {
        await using var registry = await MirroredRegistry.StartAsync();
        var url = new Uri(registry.Server.Address, "/never-asked");
        var id = await registry.PublishAsync("small", null, ("tokenizer.bin", Card, url));
        Assert.Equal("stored", (await registry.FileAsync(id, "tokenizer.bin")).GetProperty("state").GetString());
        await Assert.ThrowsAsync<SourceException>(() =>
            registry.PublishAsync("lying", null, [MirroredRegistry.File("tokenizer.bin", Card, new(url, Sha256Digest.Of(Weights)))]));
        Assert.Empty(registry.Server.Requests);
    }

    [Theory]
    [InlineData("https://user:secret@example.com/w")]
    [InlineData("file:///etc/passwd")]
    [InlineData("relative/w")]
    public async Task A_URL_that_must_not_be_shown_or_followed_stops_the_ingest(string url)
    {
        await using var registry = await MirroredRegistry.StartAsync();
        await Assert.ThrowsAsync<SourceException>(() => registry.PublishAsync("bad-url", null, ("w.bin", Weights, new(url, UriKind.RelativeOrAbsolute))));
    }

    [Fact]
    public async Task A_token_reaches_its_endpoint_and_nobody_else()
    {
        await using var server = await WeightServer.StartAsync();
        await using var registry = await MirroredRegistry.StartAsync(
            "--Sources:HuggingFace:Endpoint", new Uri(server.Address, "/hf").AbsoluteUri, "--Sources:HuggingFace:Token", "hf_secret");
        var redirected = server.Serve("/hf/away", new(Weights) { Location = registry.Server.Serve("/cdn", new(Weights)).AbsoluteUri });
        var beside = server.Serve("/hfake/b", new(MoreWeights));
        var id = await registry.PublishAsync("token", null, ("a.bin", Weights, redirected), ("b.bin", MoreWeights, beside));
        await registry.UntilJobsEndAsync();
        Assert.Equal(0, (await registry.ManifestAsync(id)).RemoteSize);
        Assert.Equal("Bearer hf_secret", Assert.Single(server.Requests, r => r.Path == "/hf/away").Authorization);
        Assert.Null(Assert.Single(server.Requests, r => r.Path == "/hfake/b").Authorization);
        Assert.Null(Assert.Single(registry.Server.Requests).Authorization);
    }

    private static async Task<string> RevisionAsync(MirroredRegistry registry, string id) =>
        (await registry.Catalog.Artifacts.FindAsync(ArtifactId.Parse(id)))!.Item.Head.Id;

    private static async Task<byte[]> RangeAsync(HttpClient client, string path, long from, long? to)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(from, to) } };
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync();
    }
}
