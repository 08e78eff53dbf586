namespace Acme.Web.Tests.Browser;

internal static class Repository
{
    /// <summary>The directory that the solution is in.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string directory)
    {
        while (!File.Exists(Path.Combine(directory, "Acme.sln"))) directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("Not inside the repository.");
        return directory;
    }
}
