using Acme.Api.Problems;
using Microsoft.Extensions.Options;

namespace Acme.Api.LoadTests;

/// <summary>How load tests are run (section <c>LoadTest</c>).</summary>
public sealed class LoadTestOptions
{
    /// <summary>Path of <c>Acme.LoadTest.dll</c>. By default it is looked for beside this program and in the build output next to it.</summary>
    public string? Program { get; set; }
}

/// <summary>Finds the program that puts load on the registry; it is not a part of it.</summary>
internal sealed class LoadTestProgram(IOptions<LoadTestOptions> options)
{
    private const string Name = "Acme.LoadTest";

    /// <exception cref="ProblemException">It is not there; the problem says how to get it.</exception>
    public string Path => Candidates().FirstOrDefault(File.Exists) ?? throw new ProblemException(
        503, "No load test program",
        $"{(options.Value.Program is { } set ? $"LoadTest:Program is '{set}', which is not there." : $"{Name}.dll is not beside the registry's program.")} Build it with 'dotnet publish tests/{Name} -c Release -o DIRECTORY' and set LoadTest:Program to DIRECTORY/{Name}.dll.");

    private string[] Candidates()
    {
        const string file = $"{Name}.dll";
        if (options.Value.Program is { } program) return [System.IO.Path.GetFullPath(program)];
        // artifacts/bin/<project>/<configuration>/
        var output = new DirectoryInfo(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string[] beside = [System.IO.Path.Combine(output.FullName, file), System.IO.Path.Combine(output.FullName, "load-test", file)];
        return output.Parent?.Parent is { } all ? [.. beside, System.IO.Path.Combine(all.FullName, Name, output.Name, file)] : beside;
    }
}
