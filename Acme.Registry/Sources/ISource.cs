using Acme.Registry.Artifacts;

namespace Acme.Registry.Sources;

/// <summary>A place that artifacts come from by URL.</summary>
public interface ISource
{
    /// <summary>Whether the URL is one of this source's. The first source that says so is used.</summary>
    bool Handles(Uri url);

    /// <summary>The name an artifact from this URL gets when none is given.</summary>
    string NameFor(Uri url);

    /// <summary>Brings the contents in; nothing is held in memory whole.</summary>
    /// <exception cref="SourceException">The source cannot be reached, has nothing there, or what it has cannot be taken; says which.</exception>
    Task<Snapshot> FetchAsync(Uri url, ArtifactType type, CancellationToken cancellationToken);
}

/// <summary>A source cannot give what was asked of it; the message says why, for the user.</summary>
public class SourceException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether trying again later may help: the source was out of reach rather than without the thing.</summary>
    public bool IsTransient { get; init; }
}
