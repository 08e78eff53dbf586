using System.IO.Compression;

namespace Acme.Upstreams.GitHub;

/// <summary>The archive of a branch as GitHub packs it: below one folder named for the commit, with empty folders for submodules.</summary>
internal static class GitHubArchive
{
    public static byte[] Of(GitHubFixture repository, string branch)
    {
        var sha = repository.ShaOf(branch);
        var top = $"{repository.Owner}-{repository.Name}-{sha[..7]}/";
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.Comment = sha;
            Add(zip, top);
            foreach (var submodule in repository.About.Submodules) Add(zip, top + submodule + "/");
            foreach (var (path, file) in repository.FilesOf(branch))
            {
                using var content = Add(zip, top + path).Open();
                content.Write(File.ReadAllBytes(file));
            }
        }
        return buffer.ToArray();
    }

    // The time is that of a commit, so that the same commit gives the same bytes.
    private static ZipArchiveEntry Add(ZipArchive zip, string name)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return entry;
    }
}
