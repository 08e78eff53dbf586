using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Acme.Client;
using Acme.Client.Contract;

namespace Acme.Smoke;

/// <summary>
/// Goes once through what a registry is for: health, sign in, upload, rate, download with digests, delete. Leaves nothing behind that it can
/// remove, and writes one line for each step.
/// </summary>
/// <param name="client">A client of the registry in question.</param>
/// <param name="output">Where the lines go.</param>
public sealed class SmokeTest(RegistryClient client, TextWriter output)
{
    // The bundle of a small model; an answer that goes on and on is not it.
    private const int MaxBundleBytes = 1 << 20;

    private static readonly IReadOnlyDictionary<string, byte[]> Files = new Dictionary<string, byte[]>
    {
        ["README.md"] = Encoding.UTF8.GetBytes("---\nlicense: apache-2.0\n---\n# Smoke test\n\nUploaded to see that the registry works, and deleted at once.\n"),
        ["config.json"] = Encoding.UTF8.GetBytes("""{"model_type": "smoke"}"""),
        ["model.safetensors"] = Safetensors(),
    };

    /// <summary>Runs every step until one fails.</summary>
    /// <returns>Whether all went well.</returns>
    public async Task<bool> RunAsync(string user, string password, CancellationToken cancellationToken)
    {
        string? id = null;
        var passed = await StepAsync("health", async () => $"status {(await client.GetHealthAsync(cancellationToken)).Status}")
            && await StepAsync("authenticate", async () =>
            {
                await client.SignInAsync(user, password, cancellationToken);
                return $"as {user}";
            })
            && await StepAsync("upload", async () => id = await UploadAsync(cancellationToken))
            && await StepAsync("rate", async () => "net score " + (await client.RateAsync(id!, cancellationToken)).NetScore.ToString("0.00", CultureInfo.InvariantCulture))
            && await StepAsync("download", async () => await DownloadAsync(id!, cancellationToken));
        if (id is not null)
        {
            passed &= await StepAsync("delete", async () =>
            {
                // Even when the time is up: what was uploaded must not stay.
                using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(30));
                await client.DeleteAsync(ArtifactType.Model, id, keep: false, grace.Token);
                return id;
            });
        }
        await output.WriteLineAsync(passed ? "The registry works." : "The registry does NOT work.");
        return passed;
    }

    private async Task<string> UploadAsync(CancellationToken cancellationToken)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in Files)
            {
                using var entry = archive.CreateEntry(path).Open();
                entry.Write(content);
            }
        }
        zip.Position = 0;
        var artifact = await client.UploadAsync(ArtifactType.Model, zip, "smoke.zip", $"smoke-test-{Guid.NewGuid():N}", cancellationToken: cancellationToken);
        return artifact.Metadata.Id;
    }

    private async Task<string> DownloadAsync(string id, CancellationToken cancellationToken)
    {
        using var bundle = new MemoryStream();
        await using (var body = await client.DownloadAsync(ArtifactType.Model, id, cancellationToken: cancellationToken))
        {
            var buffer = new byte[64 * 1024];
            while (await body.ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                bundle.Write(buffer, 0, read);
                if (bundle.Length > MaxBundleBytes) throw new InvalidDataException($"The bundle has more than {MaxBundleBytes} bytes; it should have a few hundred.");
            }
        }
        bundle.Position = 0;
        using var archive = new ZipArchive(bundle, ZipArchiveMode.Read);
        var names = archive.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal);
        if (!names.SequenceEqual(Files.Keys.Order(StringComparer.Ordinal))) throw new InvalidDataException($"The bundle has {string.Join(", ", names)} rather than what was uploaded.");
        foreach (var (path, content) in Files)
        {
            await using var entry = archive.GetEntry(path)!.Open();
            var digest = await SHA256.HashDataAsync(entry, cancellationToken);
            if (!digest.AsSpan().SequenceEqual(SHA256.HashData(content))) throw new InvalidDataException($"{path} came back with the digest {Convert.ToHexStringLower(digest)}, which is not what was uploaded.");
        }
        return $"{Files.Count} files, digests match";
    }

    private async Task<bool> StepAsync(string name, Func<Task<string?>> step)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var result = await step();
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"ok    {name,-13}{Stopwatch.GetElapsedTime(started).TotalMilliseconds,6:0} ms  {result}"));
            return true;
        }
        catch (Exception e) when (e is RegistryException or HttpRequestException or InvalidDataException or OperationCanceledException or System.Text.Json.JsonException or IOException)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"FAIL  {name,-13}{Stopwatch.GetElapsedTime(started).TotalMilliseconds,6:0} ms  {e.Message}"));
            return false;
        }
    }

    /// <summary>A tensor of two 32-bit floats.</summary>
    private static byte[] Safetensors()
    {
        var header = Encoding.UTF8.GetBytes("""{"weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""");
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f)];
    }
}
