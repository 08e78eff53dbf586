using Acme.Registry.Zip;

namespace Acme.Registry.Sources;

/// <summary>Holds the paths that a host lists against the rules that hold for names in a ZIP.</summary>
internal static class SnapshotPaths
{
    /// <exception cref="SourceException">One is not relative, leads elsewhere, stands twice (letter case ignored), or is a file and a folder.</exception>
    public static void Check(IReadOnlyCollection<SnapshotFile> files)
    {
        var seen = new HashSet<string>(files.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var file in files)
        {
            if ((ZipRules.NameProblem(file.Path) ?? (file.Path.EndsWith('/') ? "has no file name in its path. Rename it." : null)) is { } problem)
                throw new SourceException($"The file '{file.Path}' {problem}");
            if (!seen.Add(file.Path)) throw new SourceException($"The file '{file.Path}' stands in the repository twice, or differs from another only in letter case. Rename one.");
        }
        var lookup = seen.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var path in seen)
        {
            for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
            {
                if (lookup.Contains(path.AsSpan(0, slash))) throw new SourceException($"'{path[..slash]}' is a file, but other files have it as their folder. Rename one.");
            }
        }
    }
}
