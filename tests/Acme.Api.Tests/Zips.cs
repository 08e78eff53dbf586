using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Acme.Api.Tests;

/// <summary>Makes small ZIPs and uploads them.</summary>
public static class Zips
{
    public static byte[] Of(params (string Path, string Content)[] files) =>
        Of([.. files.Select(f => (f.Path, Encoding.UTF8.GetBytes(f.Content)))]);

    public static byte[] Of(params (string Path, byte[] Content)[] files)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in files)
            {
                using var entry = zip.CreateEntry(path, CompressionLevel.Fastest).Open();
                entry.Write(content);
            }
        }
        return buffer.ToArray();
    }

    /// <summary>A safetensors file with one tensor of 16-bit floats.</summary>
    public static byte[] Safetensors(int parameters)
    {
        var header = Encoding.UTF8.GetBytes($$$"""{"weight":{"dtype":"F16","shape":[{{{parameters}}}],"data_offsets":[0,{{{parameters * 2}}}]}}""");
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[parameters * 2]];
    }

    public static byte[] SmallModel(string card = "# A model\n\nIt does a thing.\n") => Of(
        ("README.md", Encoding.UTF8.GetBytes(card)),
        ("config.json", "{}"u8.ToArray()),
        ("model.safetensors", Safetensors(1000)));

    public static MultipartFormDataContent Form(byte[] zip, string? name = null, string? url = null, string fileName = "artifact.zip")
    {
        var form = new MultipartFormDataContent();
        if (name is not null) form.Add(new StringContent(name), "name");
        if (url is not null) form.Add(new StringContent(url), "url");
        var file = new ByteArrayContent(zip);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        form.Add(file, "file", fileName);
        return form;
    }

    /// <summary>Uploads and returns the id.</summary>
    public static async Task<string> UploadAsync(this HttpClient client, byte[] zip, string name, string type = "model", string? url = null)
    {
        using var response = await client.PostAsync($"/artifact/{type}/upload", Form(zip, name, url));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == System.Net.HttpStatusCode.Created, $"{(int)response.StatusCode}: {text}");
        using var artifact = JsonDocument.Parse(text);
        return artifact.RootElement.GetProperty("metadata").GetProperty("id").GetString()!;
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    /// <summary>The detail of a problem document, after checking that it is one with this status.</summary>
    public static async Task<string> ProblemAsync(this HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"expected {status}, got {(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(text);
        Assert.Equal(status, problem.RootElement.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrWhiteSpace(problem.RootElement.GetProperty("title").GetString()));
        return problem.RootElement.GetProperty("detail").GetString()!;
    }

    public static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
