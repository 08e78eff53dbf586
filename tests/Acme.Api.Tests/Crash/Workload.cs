using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Acme.Api.Tests.Ingest;

namespace Acme.Api.Tests.Crash;

/// <summary>One client that changes its own artifacts and tells what was sent and what was answered, until the registry dies under it.</summary>
internal sealed class Workload(HttpClient client, ZipServer source, KnownArtifacts known, SemaphoreSlim turns, SemaphoreSlim resets, string label, Random random)
{
    private readonly List<(string Name, string Id)> _mine = [.. known.Present.Where(a => a.Name.EndsWith(label[^2..], StringComparison.Ordinal))];
    private int _made;

    public async Task RunUntilKilledAsync()
    {
        try
        {
            while (true)
            {
                if (random.Next(60) == 0)
                {
                    await ResetAsync();
                    continue;
                }
                await turns.WaitAsync();
                try
                {
                    await ChangeAsync();
                }
                finally
                {
                    turns.Release();
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException { StatusCode: null } or IOException)
        {
            // The registry was killed, which is what this waits for.
        }
    }

    private Task ChangeAsync() => _mine.Count == 0 ? UploadAsync() : random.Next(10) switch
    {
        < 4 => UploadAsync(),
        < 6 => ReplaceAsync(),
        < 8 => DeleteAsync(),
        _ => DownloadAsync(),
    };

    private async Task UploadAsync()
    {
        var name = $"{_made++} of {label}";
        var card = Encoding.UTF8.GetBytes($"# {name}\n\n{random.NextInt64()}\n");
        var weights = new byte[random.Next(1, 300_000)];
        random.NextBytes(weights);
        known.Sent(name, DigestOf(card));
        using var response = await client.PostAsync("/artifact/model/upload", Zips.Form(Zips.Of(("README.md", card), ("weights.bin", weights)), name));
        response.EnsureSuccessStatusCode();
        var id = (await response.JsonAsync()).GetProperty("metadata").GetProperty("id").GetString()!;
        known.Answered(name, id, DigestOf(card));
        _mine.Add((name, id));
    }

    private async Task ReplaceAsync()
    {
        var (name, id) = Pick();
        if (!StillThere(name)) return;
        var path = $"/ok/{label}/{random.NextInt64()}.zip";
        var digest = DigestOf(Encoding.UTF8.GetBytes(ZipServer.CardOf(path)));
        known.Sent(name, digest);
        var body = new { metadata = new { name, id, type = "model" }, data = new { url = source.Url(path) } };
        using var response = await client.PutAsJsonAsync($"/artifacts/model/{id}", body);
        response.EnsureSuccessStatusCode();
        known.Answered(name, id, digest);
    }

    private async Task DeleteAsync()
    {
        var (name, id) = Pick();
        _mine.Remove((name, id));
        if (!StillThere(name)) return;
        known.Sent(name, null);
        using var response = await client.DeleteAsync($"/artifacts/model/{id}");
        response.EnsureSuccessStatusCode();
        known.Answered(name, null, null);
    }

    private async Task DownloadAsync()
    {
        var (name, id) = Pick();
        if (!StillThere(name)) return;
        await client.GetByteArrayAsync($"/artifacts/model/{id}/download");
    }

    /// <summary>Alone: what the others had under way could otherwise be before or after it.</summary>
    private async Task ResetAsync()
    {
        // Two resets that each waited for the other's turns would wait for ever.
        await resets.WaitAsync();
        var held = 0;
        try
        {
            for (; held < KillTests.Workers; held++) await turns.WaitAsync();
            known.ResetSent();
            using var response = await client.DeleteAsync("/reset");
            response.EnsureSuccessStatusCode();
            known.ResetAnswered();
        }
        finally
        {
            if (held > 0) turns.Release(held);
            resets.Release();
        }
    }

    private (string Name, string Id) Pick() => _mine[random.Next(_mine.Count)];

    /// <summary>A reset by another worker may have taken it.</summary>
    private bool StillThere(string name) => known.Present.Any(a => a.Name == name);

    private static string DigestOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
