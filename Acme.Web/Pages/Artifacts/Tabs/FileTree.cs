using Acme.Client.Contract;

namespace Acme.Web.Pages.Artifacts.Tabs;

/// <summary>Lays files out as a tree, folder by folder, in the order in which it is read.</summary>
internal static class FileTree
{
    /// <summary>A row for each folder, above those of what is in it, and for each file.</summary>
    public static IEnumerable<FileRow> Rows(IEnumerable<ArtifactFile> files)
    {
        string[] open = [];
        foreach (var file in files.OrderBy(f => SortKey(f.Path), StringComparer.Ordinal))
        {
            var segments = file.Path.Split('/');
            var folders = segments[..^1];
            var shared = open.Zip(folders).TakeWhile(pair => pair.First == pair.Second).Count();
            for (var depth = shared; depth < folders.Length; depth++) yield return new(folders[depth], depth, null);
            open = folders;
            yield return new(segments[^1], folders.Length, file);
        }
    }

    // Files of a folder before its subfolders, so that a folder's row is followed by all that is in it.
    private static string SortKey(string path)
    {
        var at = path.LastIndexOf('/');
        return at < 0 ? "\u0001" + path : string.Concat(path[..at].Split('/').Select(s => "\u0002" + s + "\u0000")) + "\u0001" + path[(at + 1)..];
    }
}

/// <summary>A row of the tree.</summary>
/// <param name="Name">Name without its folders.</param>
/// <param name="Depth">Number of folders around it.</param>
/// <param name="File">The file; null for a folder.</param>
internal sealed record FileRow(string Name, int Depth, ArtifactFile? File);
