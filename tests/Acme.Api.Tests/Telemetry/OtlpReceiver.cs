using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Acme.Api.Tests.Telemetry;

/// <summary>Takes OTLP over HTTP with protobuf on a loopback port, and keeps the spans and the names of metrics.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Endpoint => _app.Urls.First();

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = new();

    public ConcurrentDictionary<string, bool> Metrics { get; } = new();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/traces", (HttpRequest request) => TakeAsync(request, receiver.ReadTraces));
        app.MapPost("/v1/metrics", (HttpRequest request) => TakeAsync(request, receiver.ReadMetrics));
        app.MapPost("/v1/logs", () => Results.Ok());
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static async Task<IResult> TakeAsync(HttpRequest request, Action<byte[]> read)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        read(body.ToArray());
        return Results.Bytes([], "application/x-protobuf");
    }

    // Field numbers: opentelemetry-proto, trace.proto and common.proto.
    private void ReadTraces(byte[] request)
    {
        foreach (var resourceSpans in Fields(request).Where(f => f.Number == 1))
        {
            var fields = Fields(resourceSpans.Bytes).ToArray();
            var resource = fields.Where(f => f.Number == 1).SelectMany(f => Attributes(f.Bytes, 1)).ToDictionary();
            var spans = fields.Where(f => f.Number == 2).SelectMany(scope => Fields(scope.Bytes)).Where(f => f.Number == 2);
            foreach (var span in spans) Spans.Enqueue(ReadSpan(span.Bytes, resource.GetValueOrDefault("service.name", "")));
        }
    }

    private static ReceivedSpan ReadSpan(byte[] span, string service)
    {
        var fields = Fields(span).ToLookup(f => f.Number, f => f.Bytes);
        return new(
            service, Encoding.UTF8.GetString(fields[5].Single()), Convert.ToHexString(fields[1].Single()), Convert.ToHexString(fields[2].Single()),
            Convert.ToHexString(fields[4].SingleOrDefault([])), Attributes(span, 9).ToDictionary());
    }

    private void ReadMetrics(byte[] request)
    {
        var metrics = Fields(request).Where(f => f.Number == 1).SelectMany(f => Fields(f.Bytes)).Where(f => f.Number == 2).SelectMany(f => Fields(f.Bytes)).Where(f => f.Number == 2);
        foreach (var metric in metrics) Metrics[Encoding.UTF8.GetString(Fields(metric.Bytes).First(f => f.Number == 1).Bytes)] = true;
    }

    private static IEnumerable<KeyValuePair<string, string>> Attributes(byte[] message, int field)
    {
        foreach (var attribute in Fields(message).Where(f => f.Number == field))
        {
            var parts = Fields(attribute.Bytes).ToDictionary(f => f.Number, f => f.Bytes);
            // Only texts: field 1 of AnyValue.
            var text = Fields(parts[2]).FirstOrDefault(f => f.Number == 1);
            if (text.Bytes is not null) yield return new(Encoding.UTF8.GetString(parts[1]), Encoding.UTF8.GetString(text.Bytes));
        }
    }

    private static IEnumerable<(int Number, byte[] Bytes)> Fields(byte[] message)
    {
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag && tag != 0)
        {
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited) yield return (WireFormat.GetTagFieldNumber(tag), input.ReadBytes().ToByteArray());
            else input.SkipLastField();
        }
    }
}

/// <summary>A span as it came over the wire; ids in hexadecimal, no parent as an empty text.</summary>
public sealed record ReceivedSpan(string Service, string Name, string TraceId, string SpanId, string ParentId, IReadOnlyDictionary<string, string> Attributes);
