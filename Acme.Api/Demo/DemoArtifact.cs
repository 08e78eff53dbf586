using System.Text;
using Acme.Registry.Artifacts;

namespace Acme.Api.Demo;

/// <summary>An artifact that the project makes itself, to have something to show.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Url">Where it would come from; nothing is fetched from there.</param>
/// <param name="Files">Its files.</param>
internal sealed record DemoArtifact(ArtifactType Type, string Name, string Url, IReadOnlyList<DemoFile> Files);

/// <summary>A file of a <see cref="DemoArtifact"/>.</summary>
/// <param name="Path">Relative path.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record DemoFile(string Path, byte[] Content)
{
    /// <summary>A text file.</summary>
    public static DemoFile Text(string path, string text) => new(path, Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n") + "\n"));
}
