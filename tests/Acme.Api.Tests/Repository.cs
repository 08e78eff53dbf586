namespace Acme.Api.Tests;

/// <summary>Finds the working tree that the tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Acme.sln"))) return directory.FullName;
        }
        throw new InvalidOperationException("The tests do not run from inside the repository.");
    }
}
