using System.Diagnostics;

namespace Acme.Api.Tests.Hostile;

/// <summary>Looks for what a refused artifact may have left behind.</summary>
internal static class LeftOvers
{
    /// <summary>
    /// Nothing is listed under the name, no file is in the spool or half-way into the blob store, and (on Linux, where spool files have no
    /// names) none is held open. The server may still be closing a connection that broke, so it gets a moment.
    /// </summary>
    public static async Task AssertNoneAsync(this RegistryApp app, HttpClient admin, string? name = null)
    {
        var query = System.Text.Json.JsonSerializer.Serialize(new[] { new { name = name ?? "*" } });
        using var list = await admin.PostAsync("/artifacts", Zips.Json(query));
        Assert.Equal("[]", await list.Content.ReadAsStringAsync());

        var waiting = Stopwatch.StartNew();
        while (Files(app.Data).Any() && waiting.Elapsed < TimeSpan.FromSeconds(20)) await Task.Delay(50);
        Assert.Empty(Files(app.Data));
    }

    /// <summary>What is in the spool or half-way into the blob store.</summary>
    public static IEnumerable<string> Files(string data)
    {
        var (spool, incoming) = (Path.Combine(data, "spool"), Path.Combine(data, "incoming"));
        foreach (var directory in new[] { spool, incoming })
        {
            if (!Directory.Exists(directory)) continue;
            foreach (var file in Directory.EnumerateFileSystemEntries(directory)) yield return file;
        }
        if (!OperatingSystem.IsLinux()) yield break;
        foreach (var descriptor in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            if (TargetOf(descriptor) is { } target && target.StartsWith(spool, StringComparison.Ordinal)) yield return target;
        }
    }

    private static string? TargetOf(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (IOException)
        {
            // Closed between the listing and the look.
            return null;
        }
    }
}
