using System.Text.Json;
using System.Text.RegularExpressions;
using Acme.Client;
using Acme.Client.Contract;

namespace Acme.Api.LoadTests;

/// <summary>Load tests and their results as files below <c>Data:Directory</c>, the last twenty of them. They are this instance's; a reset leaves them.</summary>
internal sealed partial class LoadTestArchive(string directory)
{
    private const int Kept = 20;
    private const string RunFile = "run.json";

    /// <summary>Where the test's result goes while it runs.</summary>
    public string ResultPath(string id) => Path.Combine(directory, id, "result.json");

    /// <summary>Where the test's report goes.</summary>
    public string ReportPath(string id) => Path.Combine(directory, id, "report.html");

    /// <summary>Keeps the test as it is now, without progress and result, and lets go of those that are too many.</summary>
    public void Save(LoadTestRun run)
    {
        Directory.CreateDirectory(Path.Combine(directory, run.Id));
        var path = Path.Combine(directory, run.Id, RunFile);
        // Readers meet the old text or the new one.
        var temporary = path + ".new";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(run with { Progress = null, Result = null }, ContractJson.Default.LoadTestRun));
        File.Move(temporary, path, overwrite: true);
        foreach (var old in Ids().Skip(Kept)) Delete(old);
    }

    /// <summary>All of them, newest first, without results.</summary>
    public IReadOnlyList<LoadTestRun> List() => [.. Ids().Select(Read).OfType<LoadTestRun>()];

    /// <summary>The test with its result; null when there is none of this id.</summary>
    public LoadTestRun? Find(string id)
    {
        if (!Id().IsMatch(id) || Read(id) is not { } run) return null;
        if (!File.Exists(ResultPath(id))) return run;
        return run with { Result = JsonSerializer.Deserialize(File.ReadAllBytes(ResultPath(id)), ContractJson.Default.LoadTestResult) };
    }

    /// <summary>Forgets it.</summary>
    public void Delete(string id) => Directory.Delete(Path.Combine(directory, id), recursive: true);

    // Ids begin with the time, so that their order is that of the tests.
    private IEnumerable<string> Ids() => Directory.Exists(directory)
        ? Directory.EnumerateDirectories(directory).Select(d => Path.GetFileName(d)).Where(id => Id().IsMatch(id)).OrderDescending(StringComparer.Ordinal)
        : [];

    private LoadTestRun? Read(string id)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(directory, id, RunFile)), ContractJson.Default.LoadTestRun);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex("^[0-9]{8}-[0-9]{6}-[0-9a-f]{8}$")]
    private static partial Regex Id();
}
