using Amazon.CDK;
using Amazon.CDK.AWS.DynamoDB;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.S3;
using Constructs;
using Attribute = Amazon.CDK.AWS.DynamoDB.Attribute;

namespace Acme.Infra.Cdk;

/// <summary>What outlives the service: catalog and blobs, by the drivers that the options name.</summary>
internal sealed class Storage : Construct
{
    private const string ChangeIndex = "change";

    public Storage(Construct scope, string id, DeploymentOptions options, Network? network)
        : base(scope, id)
    {
        if (options.Catalog == CatalogStore.DynamoDb) Table = AddTable(options);
        if (options.Blobs == BlobStore.S3)
        {
            Bucket = AddBucket(options);
            AnswerForEmptying();
        }
        if (options.UsesPostgres) Database = new Database(this, "Database", options, network!);
    }

    /// <summary>The catalog, when DynamoDB keeps it.</summary>
    public Table? Table { get; }

    /// <summary>The blobs, when S3 keeps them.</summary>
    public Bucket? Bucket { get; }

    /// <summary>The cluster, when PostgreSQL keeps either.</summary>
    public Database? Database { get; }

    /// <summary>Lets the API read and write what it keeps here, action by action.</summary>
    public void GrantTo(IGrantable api)
    {
        if (Table is not null)
        {
            Grant("Catalog", [Table.TableArn], "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable");
            Grant("CatalogChanges", [$"{Table.TableArn}/index/{ChangeIndex}"], "dynamodb:Query");
        }
        if (Bucket is not null)
        {
            Grant("Blobs", [Bucket.ArnForObjects("*")], "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload");
            Grant("BlobList", [Bucket.BucketArn], "s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketVersioning");
        }
        if (Database is { Password: null }) Database.GrantConnect(api);

        void Grant(string sid, string[] resources, params string[] actions) =>
            api.GrantPrincipal.AddToPrincipalPolicy(new PolicyStatement(new PolicyStatementProps { Sid = sid, Actions = actions, Resources = resources }));
    }

    private Table AddTable(DeploymentOptions options)
    {
        var table = new Table(this, "Catalog", new TableProps
        {
            TableName = $"{options.Name}-catalog",
            PartitionKey = new Attribute { Name = "pk", Type = AttributeType.STRING },
            SortKey = new Attribute { Name = "sk", Type = AttributeType.STRING },
            BillingMode = BillingMode.PAY_PER_REQUEST,
            PointInTimeRecovery = true,
            TimeToLiveAttribute = "ttl",
            Encryption = TableEncryption.AWS_MANAGED,
            DeletionProtection = options.IsProd,
            RemovalPolicy = options.DataRemoval,
        });
        // What changed since a process last looked, in a partition's own order and as consistent as the partition itself; see docs/dynamodb.md.
        table.AddLocalSecondaryIndex(new LocalSecondaryIndexProps
        {
            IndexName = ChangeIndex,
            SortKey = new Attribute { Name = "c", Type = AttributeType.STRING },
            ProjectionType = ProjectionType.KEYS_ONLY,
        });
        return table;
    }

    private Bucket AddBucket(DeploymentOptions options)
    {
        var accessLogs = NewBucket("AccessLogs", options, new BucketProps
        {
            // Log delivery writes by policy, not by ACL.
            LifecycleRules = [new LifecycleRule { Id = "forget", Expiration = Duration.Days(options.IsProd ? 365 : 30), AbortIncompleteMultipartUploadAfter = Duration.Days(1) }],
        });
        accessLogs.Answer(("AwsSolutions-S1", "It holds the access logs of the other bucket; logging the log writes would never end."));
        return NewBucket("Blobs", options, new BucketProps
        {
            Versioned = true,
            ServerAccessLogsBucket = accessLogs,
            ServerAccessLogsPrefix = "blobs/",
            LifecycleRules =
            [
                new LifecycleRule { Id = "aborted-uploads", AbortIncompleteMultipartUploadAfter = Duration.Days(2) },
                // What was deleted lies in the trash for readers that had begun, and can be brought back from its old version for this long; see the runbook.
                new LifecycleRule { Id = "old-versions", NoncurrentVersionExpiration = Duration.Days(options.IsProd ? 35 : 1), ExpiredObjectDeleteMarker = true },
                new LifecycleRule { Id = "trash", Prefix = "trash/", Expiration = Duration.Days(1) },
                new LifecycleRule { Id = "staging", Prefix = "staging/", Expiration = Duration.Days(2) },
                // A bundle is assembled from blobs when it is hot, and can be assembled again; the service takes one to be there for seven days.
                new LifecycleRule { Id = "cold-bundles", Prefix = "bundles/", Expiration = Duration.Days(8) },
                // Moves what nobody downloads to cheaper storage, without a fee for reading it after all.
                new LifecycleRule
                {
                    Id = "cold-blobs",
                    Prefix = "blobs/",
                    Transitions = [new Transition { StorageClass = StorageClass.INTELLIGENT_TIERING, TransitionAfter = Duration.Days(0) }],
                },
            ],
        });
    }

    // CDK brings the function that empties a dev bucket before it is deleted, with a role and a runtime of CDK's choice.
    private void AnswerForEmptying()
    {
        if (Stack.Of(this).Node.TryFindChild("Custom::S3AutoDeleteObjectsCustomResourceProvider") is not { } provider) return;
        const string reason = "Part of CDK's own function that empties a dev bucket before it is deleted; it runs at no other time, and prod has none.";
        provider.Node.FindChild("Role").Answer(("AwsSolutions-IAM4", reason));
        provider.Node.FindChild("Handler").Answer(("AwsSolutions-L1", reason), ("Acme-FunctionLog", reason));
    }

    private Bucket NewBucket(string id, DeploymentOptions options, BucketProps props)
    {
        props.Encryption = BucketEncryption.S3_MANAGED;
        props.BlockPublicAccess = BlockPublicAccess.BLOCK_ALL;
        props.ObjectOwnership = ObjectOwnership.BUCKET_OWNER_ENFORCED;
        props.EnforceSSL = true;
        props.MinimumTLSVersion = 1.2;
        props.RemovalPolicy = options.DataRemoval;
        // CloudFormation alone cannot delete a bucket that holds objects.
        props.AutoDeleteObjects = !options.IsProd;
        return new Bucket(this, id, props);
    }
}
