using System.Runtime.CompilerServices;

namespace Acme.Registry.Tests;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find([CallerFilePath] string file = "")
    {
        // Builds that map paths leave no usable caller path; the output folder lies in the repository too.
        var start = File.Exists(file) ? Path.GetDirectoryName(file)! : AppContext.BaseDirectory;
        var directory = new DirectoryInfo(start);
        while (!File.Exists(Path.Combine(directory.FullName, "Acme.sln"))) directory = directory.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        return directory.FullName;
    }
}
