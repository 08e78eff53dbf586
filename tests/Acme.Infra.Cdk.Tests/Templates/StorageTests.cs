namespace Acme.Infra.Cdk.Tests.Templates;

public sealed class StorageTests(Deployments deployments)
{
    public static TheoryData<string> WithTable => [.. Deployments.Combinations.Where(c => c.Contains("dynamodb", StringComparison.Ordinal))];

    public static TheoryData<string> WithBucket => [.. Deployments.Combinations.Where(c => c.Contains("-s3-", StringComparison.Ordinal))];

    public static TheoryData<string> WithDatabase => [.. Deployments.Combinations.Where(c => c.Contains("postgres", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(WithTable))]
    public void The_catalog_table_is_on_demand_recoverable_expiring_and_protected_in_prod(string key)
    {
        var deployment = deployments[key];
        var table = deployment.TheOnly("AWS::DynamoDB::Table");
        Assert.Equal("PAY_PER_REQUEST", table["BillingMode"].Text());
        Assert.Equal("true", table["PointInTimeRecoverySpecification"].At("PointInTimeRecoveryEnabled").Text());
        Assert.Equal("true", table["TimeToLiveSpecification"].At("Enabled").Text());
        Assert.Equal("true", table["SSESpecification"].At("SSEEnabled").Text());
        Assert.Equal(deployment.IsProd ? "true" : "false", table["DeletionProtectionEnabled"].Text() ?? "false");
    }

    [Theory]
    [MemberData(nameof(WithBucket))]
    public void The_bucket_is_versioned_encrypted_private_logged_and_cleans_up(string key)
    {
        var bucket = deployments[key].Of("AWS::S3::Bucket").Single(b => b["VersioningConfiguration"] is not null);
        Assert.Equal("Enabled", bucket["VersioningConfiguration"].At("Status").Text());
        Assert.Equal("AES256", bucket["BucketEncryption"].At("ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.SSEAlgorithm").Text());
        Assert.Equal("BucketOwnerEnforced", bucket["OwnershipControls"].At("Rules.0.ObjectOwnership").Text());
        Assert.NotNull(bucket["LoggingConfiguration"].At("DestinationBucketName").Refers());
        var rules = bucket["LifecycleConfiguration"].At("Rules").Items().ToDictionary(r => r["Id"].Text()!);
        Assert.Equal("1", rules["aborted-uploads"].At("AbortIncompleteMultipartUpload.DaysAfterInitiation").Text());
        Assert.Equal("bundles/", rules["cold-bundles"]["Prefix"].Text());
        Assert.NotNull(rules["cold-bundles"]["ExpirationInDays"]);
        Assert.NotNull(rules["old-versions"]["NoncurrentVersionExpiration"]);
        Assert.Equal("INTELLIGENT_TIERING", rules["cold-blobs"].At("Transitions.0.StorageClass").Text());
    }

    [Theory]
    [MemberData(nameof(WithBucket))]
    public void The_bucket_refuses_plain_HTTP_and_old_TLS(string key)
    {
        var bucket = deployments[key].Of("AWS::S3::Bucket").Single(b => b["VersioningConfiguration"] is not null);
        var policy = deployments[key].Of("AWS::S3::BucketPolicy").Single(p => p["Bucket"].Refers() == bucket.Id);
        var refused = policy["PolicyDocument"].At("Statement").Items().Where(s => s["Effect"].Text() == "Deny").ToList();
        Assert.Contains(refused, s => s.At("Condition.Bool.aws:SecureTransport").Text() == "false");
        Assert.Contains(refused, s => s.At("Condition.NumericLessThan.s3:TlsVersion").Text() == "1.2");
    }

    [Theory]
    [MemberData(nameof(WithDatabase))]
    public void Aurora_is_serverless_encrypted_and_knows_no_password_of_the_service(string key)
    {
        var deployment = deployments[key];
        var cluster = deployment.TheOnly("AWS::RDS::DBCluster");
        Assert.Equal("0.5", cluster["ServerlessV2ScalingConfiguration"].At("MinCapacity").Text());
        Assert.Equal("true", cluster["StorageEncrypted"].Text());
        Assert.Equal("true", cluster["EnableIAMDatabaseAuthentication"].Text());
        Assert.Equal("true", cluster["ManageMasterUserPassword"].Text());
        Assert.Null(cluster["MasterUserPassword"]);
        Assert.Equal(deployment.IsProd ? "true" : "false", cluster["DeletionProtection"].Text());
        Assert.Equal(deployment.IsProd ? "35" : "1", cluster["BackupRetentionPeriod"].Text());
        Assert.Equal(deployment.IsProd ? 2 : 1, deployment.Of("AWS::RDS::DBInstance").Count());
        Assert.All(deployment.Of("AWS::RDS::DBInstance"), i => Assert.Equal("db.serverless", i["DBInstanceClass"].Text()));
    }

    [Theory]
    [MemberData(nameof(WithDatabase))]
    public void The_service_signs_in_as_its_own_database_user_by_IAM(string key)
    {
        var statements = deployments[key].Of("AWS::IAM::Policy").SelectMany(p => p["PolicyDocument"].At("Statement").Items())
            .Where(s => s["Action"].Items().Any(a => a.Text() == "rds-db:connect")).ToList();
        Assert.NotEmpty(statements);
        Assert.All(statements, s => Assert.Contains("/registry_service", s["Resource"]!.ToJsonString()));
        Assert.Contains("GRANT rds_iam TO registry_service", deployments[key].Templates["data"].ToJsonString());
    }
}
