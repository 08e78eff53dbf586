using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Acme.Client;
using Acme.Client.Contract;
using Acme.LoadTest.Targets;

namespace Acme.LoadTest.Models;

/// <summary>The models of a registry that the workloads use.</summary>
internal sealed class PreparedModels
{
    private const int UploadsAtOnce = 4;

    private readonly List<string> _uploaded = [];

    private PreparedModels()
    {
    }

    /// <summary>The id of Tiny-LLM.</summary>
    public string TinyLlm { get; private set; } = "";

    /// <summary>Ids and names of all others, and of Tiny-LLM.</summary>
    public IReadOnlyList<(string Id, string Name)> All { get; private set; } = [];

    /// <summary>Finds them by name and uploads those that are missing. What is there already is taken for what it should be; downloads show whether it is.</summary>
    public static async Task<PreparedModels> PrepareAsync(ServerClient registry, int count, Action<double> onProgress, CancellationToken cancellationToken)
    {
        var prepared = new PreparedModels();
        var found = new (string Id, string Name)[count + 1];
        var done = 0;
        await Parallel.ForAsync(0, count + 1, new ParallelOptions { MaxDegreeOfParallelism = UploadsAtOnce, CancellationToken = cancellationToken }, async (i, ct) =>
        {
            var model = i == count ? GeneratedModel.TinyLlm : GeneratedModel.Numbered(i);
            var id = await FindAsync(registry, model.Name, ct);
            if (id is null)
            {
                id = await UploadAsync(registry, model, ct);
                lock (prepared._uploaded) prepared._uploaded.Add(id);
            }
            found[i] = (id, model.Name);
            onProgress((double)Interlocked.Increment(ref done) / (count + 1));
        });
        prepared.All = found;
        prepared.TinyLlm = found[count].Id;
        return prepared;
    }

    /// <summary>Uploads a model; its id.</summary>
    public static async Task<string> UploadAsync(ServerClient registry, GeneratedModel model, CancellationToken cancellationToken)
    {
        using var response = await registry.SendAsync(() =>
        {
            var zip = model.Zip();
            zip.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
            return new(HttpMethod.Post, "artifact/model/upload")
            {
                Content = new MultipartFormDataContent { { new StringContent(model.Name), "name" }, { zip, "file", "model.zip" } },
            };
        }, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Created)
            throw new HttpRequestException($"The upload of {model.Name} was answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        return (await response.Content.ReadFromJsonAsync(ContractJson.Default.Artifact, cancellationToken))!.Metadata.Id;
    }

    /// <summary>Deletes what was uploaded, this and what the workloads added; nothing that was there before.</summary>
    public async Task CleanAsync(ServerClient registry, IEnumerable<string> added, CancellationToken cancellationToken)
    {
        foreach (var id in _uploaded.Concat(added))
        {
            // Nobody will want them back; but only an administrator may say so.
            using var response = await registry.SendAsync(() => new(HttpMethod.Delete, $"artifacts/model/{id}?keep=false"), cancellationToken);
            if (response.StatusCode != HttpStatusCode.Forbidden) continue;
            using var kept = await registry.SendAsync(() => new(HttpMethod.Delete, $"artifacts/model/{id}"), cancellationToken);
        }
    }

    private static async Task<string?> FindAsync(ServerClient registry, string name, CancellationToken cancellationToken)
    {
        using var response = await registry.SendAsync(() => new(HttpMethod.Get, $"artifact/byName/{Uri.EscapeDataString(name)}"), cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        response.EnsureSuccessStatusCode();
        var found = await response.Content.ReadFromJsonAsync(ContractJson.Default.IReadOnlyListArtifactMetadata, cancellationToken);
        return found!.FirstOrDefault(m => m.Type == ArtifactType.Model)?.Id;
    }
}
