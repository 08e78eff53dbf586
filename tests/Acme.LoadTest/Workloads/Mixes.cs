using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Acme.LoadTest.Models;
using Acme.LoadTest.Targets;
using Acme.Measuring.Content;

namespace Acme.LoadTest.Workloads;

/// <summary>Requests with small answers, one kind after the other, each about another model.</summary>
internal abstract class RequestMix(ServerClient registry, IReadOnlyList<(string Id, string Name)> models) : Workload
{
    public override async Task<Answer> RunAsync(int number, CancellationToken cancellationToken)
    {
        // A prime far from the number of kinds, so that every model meets every kind.
        var (id, name) = models[(int)((long)number * 7919 % models.Count)];
        var start = Stopwatch.GetTimestamp();
        using var response = await registry.SendAsync(() => Request(number, id, name), cancellationToken);
        var head = Stopwatch.GetElapsedTime(start);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK) throw new InvalidDataException($"{response.RequestMessage!.Method} {Kind(response)} was answered {(int)response.StatusCode}.");
        return new(head, head, body.Length);
    }

    protected abstract HttpRequestMessage Request(int number, string id, string name);

    // Without ids and names, so that like errors are counted together.
    private static string Kind(HttpResponseMessage response) => string.Join('/', response.RequestMessage!.RequestUri!.AbsolutePath.Split('/').Take(3));
}

/// <summary>Of every ten: five artifacts, two names, one file list, one rating, one cost.</summary>
internal sealed class MetadataMix(ServerClient registry, IReadOnlyList<(string Id, string Name)> models) : RequestMix(registry, models)
{
    protected override HttpRequestMessage Request(int number, string id, string name) => new(HttpMethod.Get, (number % 10) switch
    {
        < 5 => $"artifacts/model/{id}",
        < 7 => $"artifact/byName/{Uri.EscapeDataString(name)}",
        7 => $"artifacts/model/{id}/files",
        8 => $"artifact/model/{id}/rate",
        _ => $"artifact/model/{id}/cost",
    });
}

/// <summary>Of every four: a first page, a literal, an alternation, an anchored name.</summary>
internal sealed class SearchMix(ServerClient registry, IReadOnlyList<(string Id, string Name)> models) : RequestMix(registry, models)
{
    protected override HttpRequestMessage Request(int number, string id, string name) => (number % 4) switch
    {
        0 => new(HttpMethod.Post, "artifacts") { Content = JsonContent.Create(new[] { new { name = "*" } }) },
        1 => Search(GeneratedArtifacts.CommonWord),
        2 => Search("(tokenizer|perplexity|load-test) *[a-z]+"),
        _ => Search($"^{System.Text.RegularExpressions.Regex.Escape(name)}$"),
    };

    private static HttpRequestMessage Search(string regex) => new(HttpMethod.Post, "artifact/byRegEx") { Content = JsonContent.Create(new { regex }) };
}

/// <summary>Uploads models that are new to the registry, and remembers them.</summary>
internal sealed class IngestMix(ServerClient registry) : Workload
{
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private readonly List<string> _added = [];

    /// <summary>Ids of what was uploaded.</summary>
    public IReadOnlyList<string> Added
    {
        get
        {
            lock (_added) return [.. _added];
        }
    }

    public override async Task<Answer> RunAsync(int number, CancellationToken cancellationToken)
    {
        var model = GeneratedModel.Fresh(number, _run);
        var start = Stopwatch.GetTimestamp();
        var id = await PreparedModels.UploadAsync(registry, model, cancellationToken);
        var head = Stopwatch.GetElapsedTime(start);
        lock (_added) _added.Add(id);
        return new(head, head, model.Length);
    }
}
