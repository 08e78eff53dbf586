namespace Acme.Api.Tests.Telemetry;

/// <summary>Processes of their own: what other tests of this one do would be traced as well, and fill the queue until spans are dropped.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task A_download_can_be_followed_from_the_request_to_the_stores_by_the_id_of_its_artifact()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var id = "";
        await TracedAsync(receiver, async admin =>
        {
            id = await admin.UploadAsync(Zips.SmallModel(), "traced");
            Assert.True((await admin.GetAsync($"/artifacts/model/{id}/download")).IsSuccessStatusCode);
        });

        var request = Assert.Single(
            receiver.Spans, s => s.Name.StartsWith("GET ", StringComparison.Ordinal) && s.Name.EndsWith("/download", StringComparison.Ordinal) && s.Attributes["acme.artifact.id"] == id);
        var trace = receiver.Spans.Where(s => s.TraceId == request.TraceId).ToList();
        var catalog = Assert.Single(trace, s => s.Name == "catalog artifacts.find");
        Assert.Equal(id, catalog.Attributes["acme.artifact.id"]);
        Assert.Equal("Acme.Standalone", catalog.Service);
        Assert.Equal(TestDrivers.Catalog, catalog.Attributes["acme.store.driver"]);
        Assert.Contains(trace, s => s.Name == "blobs read");
        Assert.All(trace.Where(s => s != request), s => Assert.Contains(trace, parent => parent.SpanId == s.ParentId));
        Assert.Contains("acme.store.operation.duration", receiver.Metrics.Keys);
        Assert.Contains("acme.blob.read", receiver.Metrics.Keys);
        Assert.Contains("http.server.request.duration", receiver.Metrics.Keys);
    }

    [Fact]
    public async Task Signs_of_life_are_answered_without_a_token_and_leave_no_trace()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await TracedAsync(receiver, async admin =>
        {
            using var anyone = new HttpClient { BaseAddress = admin.BaseAddress };
            Assert.Equal("alive", await anyone.GetStringAsync("/alive"));
            Assert.True((await anyone.GetAsync("/tracks")).IsSuccessStatusCode);
        });
        Assert.Contains(receiver.Spans, s => s.Name == "GET /tracks");
        Assert.DoesNotContain(receiver.Spans, s => s.Name.Contains("alive", StringComparison.Ordinal));
    }

    /// <summary>When it returns, the registry has ended and sent all that it had to tell.</summary>
    private static async Task TracedAsync(OtlpReceiver receiver, Func<HttpClient, Task> use)
    {
        using var data = new TemporaryDirectory();
        await using var registry = RegistryProcess.Start(data.Path, "--OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Endpoint, "--OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        using var admin = await registry.SignedInAsync();
        await use(admin);
        await registry.SignalAsync("TERM");
        var (exitCode, errors) = await registry.EndAsync();
        Assert.True(exitCode == 0, errors);
    }
}
