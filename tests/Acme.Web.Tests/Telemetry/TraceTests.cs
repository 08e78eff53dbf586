using Acme.Api.Tests.Telemetry;
using Acme.Client;
using Acme.Client.Contract;
using Acme.Web.Tests.Browser;

namespace Acme.Web.Tests.Telemetry;

/// <summary>Pages and API as processes of their own, as they run behind a gateway, that send their telemetry to the same place.</summary>
public sealed class TraceTests : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("acme-trace-").FullName;
    private OtlpReceiver _receiver = null!;
    private ServerProcess _api = null!;
    private ServerProcess _web = null!;
    private string _id = "";

    public async ValueTask InitializeAsync()
    {
        _receiver = await OtlpReceiver.StartAsync();
        string[] telemetry = ["--OTEL_EXPORTER_OTLP_ENDPOINT", _receiver.Endpoint, "--OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "--OTEL_BSP_SCHEDULE_DELAY", "200"];
        _api = await ServerProcess.StartAsync(
            "Acme.Api", ["--Data:Directory", _data, "--Admin:Name", RegistryUnderTest.AdminName, "--Admin:Password", RegistryUnderTest.Password, .. telemetry]);
        _web = await ServerProcess.StartAsync("Acme.Web", ["--Web:ApiAddress", _api.Address.AbsoluteUri, .. telemetry]);
        using var http = new HttpClient { BaseAddress = _api.Address };
        var admin = new RegistryClient(http);
        await admin.SignInAsync(RegistryUnderTest.AdminName, RegistryUnderTest.Password);
        using var zip = new MemoryStream(Zips.Model());
        _id = (await admin.UploadAsync(ArtifactType.Model, zip, "model.zip", "traced")).Metadata.Id;
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        await _api.DisposeAsync();
        await _receiver.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Theory]
    [InlineData("/download", "/download")]
    [InlineData("/file/model.safetensors", "/files/{**path}")]
    [InlineData("", "/card")]
    public async Task What_is_asked_for_at_the_pages_can_be_followed_through_the_API_to_the_stores(string page, string operation)
    {
        using var browser = new PlainBrowser(_web.Address);
        await browser.SignInAsync(RegistryUnderTest.AdminName, RegistryUnderTest.Password);
        using (var answer = await browser.Http.GetAsync($"/models/{_id}{page}")) answer.EnsureSuccessStatusCode();

        var (web, trace) = await TraceAsync(page);
        Assert.Equal("", web.ParentId);
        Assert.Equal(_id, web.Attributes["acme.artifact.id"]);
        var api = trace.First(s => s.Service == "Acme.Api" && s.Name.StartsWith("GET /artifacts/", StringComparison.Ordinal) && s.Name.EndsWith(operation, StringComparison.Ordinal));
        Assert.Equal(_id, api.Attributes["acme.artifact.id"]);
        var call = Assert.Single(trace, s => s.SpanId == api.ParentId);
        Assert.Equal("Acme.Web", call.Service);
        Assert.StartsWith(_api.Address.AbsoluteUri, call.Attributes["url.full"]);
        Assert.Contains(_id, call.Attributes["url.full"]);
        Assert.True(IsBelow(call, web, trace));

        var catalog = Assert.Single(trace, s => s.Name == "catalog artifacts.find" && IsBelow(s, api, trace));
        Assert.Equal(_id, catalog.Attributes["acme.artifact.id"]);
        Assert.Equal("sqlite", catalog.Attributes["acme.store.driver"]);
        var blobs = trace.First(s => s.Name == "blobs read" && IsBelow(s, api, trace));
        Assert.Equal("disk", blobs.Attributes["acme.store.driver"]);
    }

    /// <summary>
    /// The spans come in batches, from two processes: waits until the whole of the trace is here. Each process sends a span after those below it, so
    /// that it is whole when the API has answered every call of the pages.
    /// </summary>
    private async Task<(ReceivedSpan Web, List<ReceivedSpan> Trace)> TraceAsync(string page)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var root = _receiver.Spans.FirstOrDefault(s => s.Service == "Acme.Web" && s.ParentId == "" && s.Attributes.GetValueOrDefault("url.path") == $"/models/{_id}{page}");
            var trace = _receiver.Spans.Where(s => s.TraceId == root?.TraceId).ToList();
            if (root is not null && trace.Where(s => s.Attributes.ContainsKey("url.full")).All(call => trace.Any(s => s.ParentId == call.SpanId))) return (root, trace);
            await Task.Delay(100, patience.Token);
        }
    }

    private static bool IsBelow(ReceivedSpan span, ReceivedSpan above, List<ReceivedSpan> trace)
    {
        for (var at = span; at is not null; at = trace.SingleOrDefault(s => s.SpanId == at.ParentId))
        {
            if (at.SpanId == above.SpanId) return true;
        }
        return false;
    }
}
