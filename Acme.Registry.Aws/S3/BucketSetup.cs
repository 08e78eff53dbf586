using Amazon.S3;
using Amazon.S3.Model;

namespace Acme.Registry.Aws.S3;

/// <summary>
/// Makes a bucket as the driver needs it, in Development. What is said here is what a deployment's description must say, too: versioning,
/// and a lifecycle that drops what is only there for a while.
/// </summary>
internal static class BucketSetup
{
    /// <summary>Makes the bucket if it is not there; safe on several instances at once.</summary>
    public static async Task CreateAsync(IAmazonS3 client, S3Options options, CancellationToken cancellationToken)
    {
        var bucket = options.Bucket!;
        try
        {
            await client.PutBucketAsync(new PutBucketRequest { BucketName = bucket, UseClientRegion = options.ServiceUrl is null }, cancellationToken);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode is "BucketAlreadyOwnedByYou" or "BucketAlreadyExists")
        {
            // What is there may be somebody else's; then the next line is refused.
        }
        await client.PutBucketVersioningAsync(
            new PutBucketVersioningRequest { BucketName = bucket, VersioningConfig = new() { Status = VersionStatus.Enabled } }, cancellationToken);
        var bundleDays = (int)Math.Ceiling(options.BundleLifetime.TotalDays) + 1;
        await client.PutLifecycleConfigurationAsync(
            new PutLifecycleConfigurationRequest
            {
                BucketName = bucket,
                Configuration = new()
                {
                    Rules =
                    [
                        Rule("uploads", options.Prefix, r =>
                        {
                            r.AbortIncompleteMultipartUpload = new() { DaysAfterInitiation = 2 };
                            r.NoncurrentVersionExpiration = new() { NoncurrentDays = 1 };
                        }),
                        Expiring("staging", options.Prefix + "staging/", 2),
                        Expiring("trash", options.Prefix + "trash/", 1),
                        Expiring("bundles", options.Prefix + "bundles/", bundleDays),
                    ],
                },
            }, cancellationToken);
    }

    private static LifecycleRule Expiring(string id, string prefix, int days) => Rule(id, prefix, r => r.Expiration = new() { Days = days });

    private static LifecycleRule Rule(string id, string prefix, Action<LifecycleRule> set)
    {
        var rule = new LifecycleRule { Id = id, Status = LifecycleRuleStatus.Enabled, Filter = new() { LifecycleFilterPredicate = new LifecyclePrefixPredicate { Prefix = prefix } } };
        set(rule);
        return rule;
    }
}
