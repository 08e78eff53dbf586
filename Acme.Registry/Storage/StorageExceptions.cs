using Acme.Registry.Artifacts;

namespace Acme.Registry.Storage;

/// <summary>No blob with this digest is stored.</summary>
public sealed class BlobNotFoundException(Sha256Digest digest) : Exception($"No blob {digest} is stored.")
{
    /// <summary>The digest that was asked for.</summary>
    public Sha256Digest Digest { get; } = digest;
}

/// <summary>Content does not have the digest that was announced for it.</summary>
public sealed class DigestMismatchException(Sha256Digest expected, Sha256Digest actual)
    : Exception($"The content was announced as {expected} but is {actual}.")
{
    /// <summary>What was announced.</summary>
    public Sha256Digest Expected { get; } = expected;

    /// <summary>What the content is.</summary>
    public Sha256Digest Actual { get; } = actual;
}

/// <summary>The store has no room left; nothing was written.</summary>
public sealed class StorageFullException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The engine does not answer, or refuses for the time being, and went on doing so for as long as the driver tries. A change that ends so may have been
/// made or not. Every method of a store may throw it; the message is for operators: it names the engine and the setting that leads there.
/// </summary>
public sealed class StorageUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The item is not at the version the change was based on, or is gone: read again and decide anew.</summary>
public sealed class VersionConflictException(string message) : Exception(message);

/// <summary>An artifact of this type with this URL is published already.</summary>
public sealed class DuplicateUrlException(ArtifactId existing) : Exception($"The artifact {existing} of the same type has this URL already.")
{
    /// <summary>The artifact that has the URL.</summary>
    public ArtifactId Existing { get; } = existing;
}

/// <summary>The registry was reset since the work began; what it made must not appear.</summary>
public sealed class EpochChangedException() : Exception("The registry was reset while this work was under way.");

/// <summary>A cursor that this catalog did not give out, or that does not belong to this question.</summary>
public sealed class InvalidCursorException() : Exception("The cursor is not one that this registry gave out.");
