using Acme.Registry.Artifacts;

namespace Acme.Registry.Ingest;

/// <summary>The policy rejects the artifact; nothing was registered.</summary>
public sealed class IngestRejectedException(IReadOnlyList<string> reasons) : Exception("The artifact does not meet the policy.")
{
    /// <summary>One reason for each metric that failed.</summary>
    public IReadOnlyList<string> Reasons { get; } = reasons;
}

/// <summary>The artifact whose contents were to be replaced is not there any more.</summary>
public sealed class ArtifactGoneException(ArtifactId id) : Exception($"There is no artifact {id}.");

/// <summary>What was asked cannot be ordered; the message says why.</summary>
public sealed class InvalidOrderException(string message) : Exception(message);

/// <summary>The ingest was cancelled while it was under way; nothing was registered.</summary>
public sealed class IngestCancelledException() : Exception("The ingest was cancelled; nothing was registered.");

/// <summary>The artifact has never had the revision.</summary>
public sealed class NoSuchRevisionException(Artifact artifact) : Exception($"The artifact {artifact.Id} has no such revision.")
{
    /// <summary>The artifact.</summary>
    public Artifact Artifact { get; } = artifact;
}

/// <summary>The files of a revision are not all there any more; nothing was changed.</summary>
public sealed class RevisionIncompleteException(string path) : Exception($"The file '{path}' of this revision is not in the store any more.");
