namespace Acme.Api.Tests.Telemetry;

public sealed class TelemetryTests
{
    [Fact]
    public async Task A_download_can_be_followed_from_the_request_to_the_stores_by_the_id_of_its_artifact()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        string id;
        await using (var app = await RegistryApp.StartAsync("--OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Endpoint, "--OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"))
        {
            using var admin = await app.SignedInAsync();
            id = await admin.UploadAsync(Zips.SmallModel(), "traced");
            Assert.True((await admin.GetAsync($"/artifacts/model/{id}/download")).IsSuccessStatusCode);
        }

        // Other tests' registries in this process are traced as well.
        var request = Assert.Single(
            receiver.Spans, s => s.Name.StartsWith("GET ", StringComparison.Ordinal) && s.Name.EndsWith("/download", StringComparison.Ordinal) && s.Attributes["acme.artifact.id"] == id);
        var trace = receiver.Spans.Where(s => s.TraceId == request.TraceId).ToList();
        var catalog = Assert.Single(trace, s => s.Name == "catalog artifacts.find");
        Assert.Equal(id, catalog.Attributes["acme.artifact.id"]);
        Assert.Equal("Acme.Api.Tests", catalog.Service);
        Assert.Equal(TestDrivers.Catalog, catalog.Attributes["acme.store.driver"]);
        Assert.Contains(trace, s => s.Name == "blobs read");
        // The root is the test's own client.
        Assert.All(trace.Where(s => s.ParentId != ""), s => Assert.Contains(trace, parent => parent.SpanId == s.ParentId));
        Assert.Contains("acme.store.operation.duration", receiver.Metrics.Keys);
        Assert.Contains("acme.blob.read", receiver.Metrics.Keys);
        Assert.Contains("http.server.request.duration", receiver.Metrics.Keys);
    }

    [Fact]
    public async Task Signs_of_life_are_answered_without_a_token_and_leave_no_trace()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (var app = await RegistryApp.StartAsync("--OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Endpoint, "--OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"))
        {
            Assert.Equal("alive", await app.Http.GetStringAsync("/alive"));
            Assert.True((await app.Http.GetAsync("/tracks")).IsSuccessStatusCode);
        }
        Assert.Contains(receiver.Spans, s => s.Name == "GET /tracks");
        Assert.DoesNotContain(receiver.Spans, s => s.Name.Contains("alive", StringComparison.Ordinal));
    }
}
