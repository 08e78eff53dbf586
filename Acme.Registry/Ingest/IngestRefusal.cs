using Acme.Registry.Sources;
using Acme.Registry.Storage;
using Acme.Registry.Zip;

namespace Acme.Registry.Ingest;

/// <summary>Why an ingest ended without an artifact, in words for whoever ordered it.</summary>
public static class IngestRefusal
{
    /// <summary>Whether the order itself is refused, so that there is no use in trying it again.</summary>
    public static bool IsFinal(Exception exception) => exception
        is IngestRejectedException or SourceException { IsTransient: false } or ZipRefusedException or InvalidOrderException or DuplicateUrlException or ArtifactGoneException or EpochChangedException;

    /// <summary>One sentence for each reason. What is not meant for people is left to the log.</summary>
    public static IReadOnlyList<string> Reasons(Exception exception) => exception switch
    {
        IngestRejectedException e => e.Reasons,
        SourceException or ZipRefusedException or InvalidOrderException or DuplicateUrlException or ArtifactGoneException => [exception.Message],
        EpochChangedException => ["The registry was reset meanwhile."],
        StorageFullException => ["The registry has no room left."],
        OperationCanceledException => ["It took too long, or the registry is stopping."],
        _ => ["The registry failed to take it in; its log has the reason."],
    };
}
