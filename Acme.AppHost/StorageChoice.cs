using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace Acme.AppHost;

/// <summary>Where the storage of the local topology comes from.</summary>
internal enum StorageSource
{
    /// <summary>Emulators in containers.</summary>
    Containers,

    /// <summary>Engines that are installed on this machine, as processes.</summary>
    Processes,

    /// <summary>The drivers in the API's own process: SQLite and files.</summary>
    Embedded,

    /// <summary>What a deployed stack has in a real account.</summary>
    Account,
}

/// <summary>
/// Which storage the API runs on. Decided before the model is built, because a container resource without a runtime would keep everything that waits
/// for it waiting for ever.
/// </summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Catalog">The API's <c>Catalog:Provider</c>.</param>
/// <param name="Blobs">The API's <c>Blobs:Provider</c>.</param>
/// <param name="Reason">Why, in a few words.</param>
internal sealed record StorageChoice(StorageSource Source, string Catalog, string Blobs, string Reason)
{
    private static readonly TimeSpan RuntimeLimit = TimeSpan.FromSeconds(5);
    private static readonly string[] Engines = ["node", "radosgw", "ceph-mon", "ceph-osd"];

    /// <summary>One line that says what was decided, and how to decide otherwise.</summary>
    public string Explanation =>
        $"Storage: {Catalog} and {Blobs}, {Source.ToString().ToLowerInvariant()} ({Reason}). Choose with --local-aws containers|processes|embedded, --catalog, --blobs, or --aws-stack.";

    /// <summary>True where one of the two is PostgreSQL.</summary>
    public bool NeedsPostgres => Catalog == "postgres" || Blobs == "postgres";

    /// <summary>Reads the command line and looks at the machine.</summary>
    /// <param name="settings"><c>local-aws</c>, <c>catalog</c>, <c>blobs</c>, <c>aws-stack</c>.</param>
    /// <param name="isPublishing">Nothing is looked for then: what is published runs on AWS.</param>
    /// <exception cref="ArgumentException">A value is none of those there are.</exception>
    public static StorageChoice Decide(IConfiguration settings, bool isPublishing) =>
        Decide(settings, isPublishing, ContainerRuntimeAnswers, program => Installed(program));

    internal static StorageChoice Decide(IConfiguration settings, bool isPublishing, Func<string?> containerRuntime, Func<string, bool> installed)
    {
        var (source, reason) = settings["local-aws"] switch
        {
            _ when isPublishing => (StorageSource.Account, "publishing"),
            _ when settings["aws-stack"] is { Length: > 0 } stack => (StorageSource.Account, $"the stack {stack}"),
            "containers" => (StorageSource.Containers, "as asked for"),
            "processes" => (StorageSource.Processes, "as asked for"),
            "embedded" => (StorageSource.Embedded, "as asked for"),
            null or "" => Look(containerRuntime, installed),
            var other => throw new ArgumentException($"--local-aws is '{other}'; it can be: containers, processes, embedded."),
        };
        var embedded = source == StorageSource.Embedded;
        var catalog = OneOf(settings, "catalog", embedded ? ["sqlite"] : ["dynamodb", "postgres", "sqlite"]);
        var blobs = OneOf(settings, "blobs", embedded ? ["disk"] : ["s3", "postgres", "disk"]);
        return new(source, catalog, blobs, reason);
    }

    private static (StorageSource, string) Look(Func<string?> containerRuntime, Func<string, bool> installed)
    {
        if (containerRuntime() is { } runtime) return (StorageSource.Containers, $"{runtime} answers");
        return Engines.FirstOrDefault(program => !installed(program)) is { } missing
            ? (StorageSource.Embedded, $"no container runtime answers, and {missing} is not installed")
            : (StorageSource.Processes, "no container runtime answers, but the engines are installed");
    }

    private static string OneOf(IConfiguration settings, string key, string[] possible)
    {
        var value = settings[key] is { Length: > 0 } given ? given : possible[0];
        return possible.Contains(value) ? value : throw new ArgumentException($"--{key} is '{value}'; here it can be: {string.Join(", ", possible)}.");
    }

    private static string? ContainerRuntimeAnswers()
    {
        var configured = Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") ?? Environment.GetEnvironmentVariable("DOTNET_ASPIRE_CONTAINER_RUNTIME");
        string[] runtimes = configured is { Length: > 0 } ? [configured] : ["docker", "podman"];
        return runtimes.FirstOrDefault(Answers);
    }

    private static bool Answers(string runtime)
    {
        if (!Installed(runtime)) return false;
        using var process = Process.Start(new ProcessStartInfo(runtime, ["info"]) { RedirectStandardOutput = true, RedirectStandardError = true });
        if (process is null) return false;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (process.WaitForExit(RuntimeLimit)) return process.ExitCode == 0;
        process.Kill(entireProcessTree: true);
        return false;
    }

    private static bool Installed(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(directory => File.Exists(Path.Combine(directory, program)) || File.Exists(Path.Combine(directory, program + ".exe")));
}
