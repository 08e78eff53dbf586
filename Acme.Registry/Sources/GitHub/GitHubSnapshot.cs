using Acme.Registry.Scoring.Facts;

namespace Acme.Registry.Sources.GitHub;

/// <summary>A repository, or a part of it, as its archive held it, with what is known about it.</summary>
/// <param name="archive">Belongs to the snapshot.</param>
/// <param name="files">Those of its files that are taken, under their paths in the artifact.</param>
/// <param name="repository">The facts; null where nobody asks for them.</param>
internal sealed class GitHubSnapshot(Snapshot archive, IReadOnlyList<SnapshotFile> files, RepositoryFacts? repository) : Snapshot
{
    public override IReadOnlyList<SnapshotFile> Files => files;

    public override RepositoryFacts? Repository => repository;

    /// <summary>
    /// The files of an archive below a path, or the one file that the path names. The folder that GitHub puts around a repository
    /// (<c>owner-name-commit/</c>) is taken away first.
    /// </summary>
    public static IReadOnlyList<SnapshotFile> Select(IReadOnlyList<SnapshotFile> archive, string path)
    {
        var top = archive[0].Path[..(archive[0].Path.IndexOf('/') + 1)];
        var prefix = top.Length > 0 && archive.All(f => f.Path.StartsWith(top, StringComparison.Ordinal)) ? top : "";
        if (path.Length == 0) return [.. archive.Select(f => f with { Path = f.Path[prefix.Length..] })];
        var file = prefix + path;
        var folder = file + "/";
        return
        [
            .. from f in archive
               where f.Path == file || f.Path.StartsWith(folder, StringComparison.Ordinal)
               select f with { Path = f.Path == file ? f.Path[(f.Path.LastIndexOf('/') + 1)..] : f.Path[folder.Length..] },
        ];
    }

    public override ValueTask DisposeAsync() => archive.DisposeAsync();
}
