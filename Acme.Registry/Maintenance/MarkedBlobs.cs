using System.Security.Cryptography;
using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Storage;

namespace Acme.Registry.Maintenance;

/// <summary>The blobs that artifacts refer to: those that their records name, and the files in their manifests.</summary>
internal sealed class MarkedBlobs(IBlobStore blobs)
{
    private readonly DigestSet _marked = new();

    // Not the same as being marked: a file may have, byte for byte, the content of a manifest.
    private readonly DigestSet _manifestsRead = new();

    /// <summary>Whether an artifact refers to it.</summary>
    public bool Contains(Sha256Digest digest) => _marked.Contains(digest);

    /// <summary>Marks what the record refers to.</summary>
    /// <exception cref="InvalidDataException">A manifest is missing or damaged; all the rest was marked.</exception>
    public async Task AddAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        InvalidDataException? failure = null;
        foreach (var digest in artifact.DirectBlobs()) _marked.Add(digest);
        foreach (var revision in artifact.Revisions.Where(r => !_manifestsRead.Contains(r.Manifest)))
        {
            try
            {
                await AddFilesAsync(artifact, revision.Manifest, cancellationToken);
                _manifestsRead.Add(revision.Manifest);
            }
            catch (InvalidDataException e)
            {
                failure ??= e;
            }
        }
        if (failure is not null) throw failure;
    }

    private async Task AddFilesAsync(Artifact artifact, Sha256Digest manifest, CancellationToken cancellationToken)
    {
        try
        {
            var blob = await blobs.FindAsync(manifest, cancellationToken) ?? throw new BlobNotFoundException(manifest);
            var actual = await BlobStream.ReadAsync(blobs, blob, async content =>
            {
                using var hash = SHA256.Create();
                await using var hashed = new CryptoStream(content.AsStream(), hash, CryptoStreamMode.Read);
                await foreach (var entry in JsonSerializer.DeserializeAsyncEnumerable(hashed, ArtifactJson.Default.ManifestEntry, cancellationToken))
                {
                    _marked.Add((entry ?? throw new JsonException("An entry is null.")).Digest);
                }
                await hashed.CopyToAsync(Stream.Null, cancellationToken);
                return Sha256Digest.FromBytes(hash.Hash);
            }, cancellationToken);
            // A flipped bit may well leave a manifest that can be read, but names another file.
            if (actual != manifest) throw new DigestMismatchException(manifest, actual);
        }
        catch (Exception e) when (e is BlobNotFoundException or DigestMismatchException or JsonException or IOException)
        {
            throw new InvalidDataException(
                $"The manifest {manifest} of the artifact {artifact.Id} ('{artifact.Name}') cannot be read, so that it is unknown which files it refers to. " +
                "Nothing is collected until it is put again, or the artifact is deleted.", e);
        }
    }
}
