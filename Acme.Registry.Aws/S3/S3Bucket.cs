using System.Net;
using Acme.Registry.Storage;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Aws.S3;

/// <summary>The bucket and the ways of this service: what the SDK needs to be told for every request stands here once.</summary>
internal sealed class S3Bucket(IAmazonS3 client, S3Options options) : IDisposable
{
    /// <summary>S3 takes parts of this size and more, but for the last.</summary>
    public const int MinPartSize = 5 * 1024 * 1024;

    /// <summary>Most bytes that one copying request moves.</summary>
    public const long MaxCopy = 5L * 1024 * 1024 * 1024;

    private const long CopyPartSize = 1024L * 1024 * 1024;
    private const int CopiesAtOnce = 4;

    private readonly SemaphoreSlim _checking = new(1);
    private volatile bool _isReady;

    /// <summary>The settings.</summary>
    public S3Options Options => options;

    /// <summary>The objects that are known to be there.</summary>
    public SeenObjects Seen { get; } = new();

    /// <summary>The SDK. <see cref="EnsureReadyAsync"/> comes first.</summary>
    public IAmazonS3 Client => client;

    /// <summary>The bucket's name.</summary>
    public string Name => options.Bucket!;

    private bool PlainRequests => options.Checksums == "when-required";

    /// <summary>A client as the settings want it, with the SDK's default credentials.</summary>
    public static AmazonS3Client CreateClient(S3Options options, AWSCredentials? credentials = null)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.ForcePathStyle,
            RetryMode = options.RetryMode,
            MaxErrorRetry = options.MaxRetries,
            ThrottleRetries = true,
        };
        if (options.Checksums == "when-required")
        {
            config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
            config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        }
        if (options.ServiceUrl is { } url)
        {
            config.ServiceURL = url.AbsoluteUri;
            config.AuthenticationRegion = options.Region ?? "us-east-1";
        }
        else if (options.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        Require.Endpoint(config, "S3");
        return credentials is null ? new Sdk(config) : new Sdk(credentials, config);
    }

    /// <summary>Whether the exception says that there is no such object.</summary>
    public static bool IsMissing(AmazonS3Exception e) =>
        e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket";

    /// <summary>S3 itself never fills up; services of one's own have quotas.</summary>
    public static bool IsFull(AmazonS3Exception e) => e.ErrorCode is "QuotaExceeded" or "InsufficientCapacity" || e.StatusCode == HttpStatusCode.InsufficientStorage;

    /// <summary>The full key.</summary>
    public string Key(string key) => options.Prefix + key;

    /// <summary>Looks at the bucket once per process: makes it where that is wanted, and refuses one whose versioning is off.</summary>
    /// <exception cref="OptionsValidationException">The bucket cannot be used; the message says what to do.</exception>
    public async ValueTask EnsureReadyAsync(CancellationToken cancellationToken)
    {
        if (_isReady) return;
        await _checking.WaitAsync(cancellationToken);
        try
        {
            if (_isReady) return;
            if (options.CreateBucket) await BucketSetup.CreateAsync(client, options, cancellationToken);
            var versioning = await client.GetBucketVersioningAsync(new GetBucketVersioningRequest { BucketName = Name }, cancellationToken);
            if (versioning.VersioningConfig?.Status != VersionStatus.Enabled)
                throw Unusable($"S3:Bucket is '{Name}', whose versioning is off. Switch it on: without it a deletion could take a blob that is put at the same time.");
            _isReady = true;
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchBucket")
        {
            throw Unusable($"S3:Bucket is '{Name}', which does not exist. Make it, or (in Development) set S3:CreateBucket to true.");
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.Forbidden)
        {
            throw Unusable($"S3:Bucket is '{Name}', which these credentials may not use: {e.Message}");
        }
        finally
        {
            _checking.Release();
        }
    }

    /// <summary>Size, time and the rest of an object, or nothing.</summary>
    public async Task<GetObjectMetadataResponse?> HeadAsync(string key, string? versionId, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = Name, Key = key, VersionId = versionId }, cancellationToken);
        }
        catch (AmazonS3Exception e) when (IsMissing(e))
        {
            return null;
        }
    }

    /// <summary>Stores a small object in one request.</summary>
    public Task<PutObjectResponse> PutAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        var request = new PutObjectRequest { BucketName = Name, Key = key, InputStream = content, AutoCloseStream = false };
        if (PlainRequests) request.UseChunkEncoding = false;
        return client.PutObjectAsync(request, cancellationToken);
    }

    /// <summary>Begins an object that is made of parts.</summary>
    public async Task<string> BeginPartsAsync(string key, string? contentType, CancellationToken cancellationToken)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = Name, Key = key, ContentType = contentType };
        return (await client.InitiateMultipartUploadAsync(request, cancellationToken)).UploadId;
    }

    /// <summary>Sends a part.</summary>
    public async Task<PartETag> UploadPartAsync(string key, string uploadId, int number, Stream content, CancellationToken cancellationToken)
    {
        var request = new UploadPartRequest
        {
            BucketName = Name, Key = key, UploadId = uploadId, PartNumber = number, InputStream = content, PartSize = content.Length,
        };
        if (PlainRequests) request.UseChunkEncoding = false;
        return new(await client.UploadPartAsync(request, cancellationToken));
    }

    /// <summary>Makes a part of a range of another object, on the service's side.</summary>
    public async Task<PartETag> CopyPartAsync(
        string source, string? sourceVersionId, long offset, long length, string key, string uploadId, int number, CancellationToken cancellationToken)
    {
        var request = new CopyPartRequest
        {
            SourceBucket = Name, SourceKey = source, SourceVersionId = sourceVersionId, FirstByte = offset, LastByte = offset + length - 1,
            DestinationBucket = Name, DestinationKey = key, UploadId = uploadId, PartNumber = number,
        };
        var response = await client.CopyPartAsync(request, cancellationToken);
        return new PartETag { PartNumber = number, ETag = response.ETag, ChecksumCRC32 = response.ChecksumCRC32, ChecksumCRC64NVME = response.ChecksumCRC64NVME };
    }

    /// <summary>Makes the parts into an object.</summary>
    public Task<CompleteMultipartUploadResponse> CompleteAsync(string key, string uploadId, IEnumerable<PartETag> parts, CancellationToken cancellationToken) =>
        client.CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest { BucketName = Name, Key = key, UploadId = uploadId, PartETags = [.. parts.OrderBy(p => p.PartNumber)] }, cancellationToken);

    /// <summary>Drops the parts, as well as it can: what is left, the bucket's lifecycle drops.</summary>
    public async Task AbortAsync(string key, string uploadId)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await client.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = Name, Key = key, UploadId = uploadId }, limit.Token);
        }
        catch (Exception e) when (e is AmazonServiceException or StorageUnavailableException or OperationCanceledException)
        {
            // The failure that led here is the one to tell.
        }
    }

    /// <summary>Copies an object on the service's side; returns the copy's version.</summary>
    public async Task<string?> CopyAsync(string source, string? sourceVersionId, long size, string key, CancellationToken cancellationToken)
    {
        if (size <= MaxCopy)
        {
            var request = new CopyObjectRequest
            {
                SourceBucket = Name, SourceKey = source, SourceVersionId = sourceVersionId, DestinationBucket = Name, DestinationKey = key,
            };
            return (await client.CopyObjectAsync(request, cancellationToken)).VersionId;
        }

        var uploadId = await BeginPartsAsync(key, null, cancellationToken);
        try
        {
            var count = (int)((size + CopyPartSize - 1) / CopyPartSize);
            var parts = new PartETag[count];
            await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = CopiesAtOnce, CancellationToken = cancellationToken }, async (i, ct) =>
                parts[i] = await CopyPartAsync(source, sourceVersionId, i * CopyPartSize, Math.Min(CopyPartSize, size - i * CopyPartSize), key, uploadId, i + 1, ct));
            return (await CompleteAsync(key, uploadId, parts, cancellationToken)).VersionId;
        }
        catch
        {
            await AbortAsync(key, uploadId);
            throw;
        }
    }

    /// <summary>Takes one version away for good.</summary>
    public Task DeleteVersionAsync(string key, string? versionId, CancellationToken cancellationToken) =>
        client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = Name, Key = key, VersionId = versionId }, cancellationToken);

    /// <summary>The same as far as it goes, for what the lifecycle takes away anyhow.</summary>
    public async Task TryDeleteVersionAsync(string key, string? versionId)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await DeleteVersionAsync(key, versionId, limit.Token);
        }
        catch (Exception e) when (e is AmazonServiceException or StorageUnavailableException or OperationCanceledException)
        {
            // It costs room for some days.
        }
    }

    /// <summary>A URL that anyone may read the object by for a while.</summary>
    /// <param name="key">The full key.</param>
    /// <param name="lifetime">From now; at most 7 days.</param>
    /// <param name="disposition">The answer's Content-Disposition, if it shall have one.</param>
    /// <param name="mediaType">The answer's Content-Type, if it shall have another than the object.</param>
    public async Task<Uri> PresignAsync(string key, TimeSpan lifetime, string? disposition, string? mediaType)
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = Name, Key = key, Verb = HttpVerb.GET, Expires = DateTime.UtcNow + lifetime,
            Protocol = options.ServiceUrl?.Scheme == Uri.UriSchemeHttp ? Protocol.HTTP : Protocol.HTTPS,
        };
        if (disposition is not null) request.ResponseHeaderOverrides.ContentDisposition = disposition;
        if (mediaType is not null) request.ResponseHeaderOverrides.ContentType = mediaType;
        return new(await client.GetPreSignedURLAsync(request));
    }

    /// <summary>Ends the connections.</summary>
    public void Dispose()
    {
        client.Dispose();
        Seen.Dispose();
        _checking.Dispose();
    }

    /// <summary>The SDK's client, whose errors are those of the ports.</summary>
    private sealed class Sdk : AmazonS3Client
    {
        public Sdk(AmazonS3Config config)
            : base(config)
        {
        }

        public Sdk(AWSCredentials credentials, AmazonS3Config config)
            : base(credentials, config)
        {
        }

        protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
        {
            base.CustomizeRuntimePipeline(pipeline);
            pipeline.AddHandler(new EngineErrors("S3", "S3"));
        }
    }

    private static OptionsValidationException Unusable(string message) => new("S3", typeof(S3Options), [message]);
}
