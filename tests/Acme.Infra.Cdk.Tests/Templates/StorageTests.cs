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
        Assert.Equal("ttl", table["TimeToLiveSpecification"].At("AttributeName").Text());
        var index = Assert.Single(table["LocalSecondaryIndexes"].Items());
        Assert.Equal(("change", "KEYS_ONLY", "pk", "c"), (index["IndexName"].Text(), index.At("Projection.ProjectionType").Text(), index.At("KeySchema.0.AttributeName").Text(), index.At("KeySchema.1.AttributeName").Text()));
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
        Assert.Equal("2", rules["aborted-uploads"].At("AbortIncompleteMultipartUpload.DaysAfterInitiation").Text());
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
    public void Aurora_is_serverless_encrypted_and_has_no_password_in_the_template(string key)
    {
        var deployment = deployments[key];
        var cluster = deployment.TheOnly("AWS::RDS::DBCluster");
        Assert.Equal("0.5", cluster["ServerlessV2ScalingConfiguration"].At("MinCapacity").Text());
        Assert.Equal("true", cluster["StorageEncrypted"].Text());
        Assert.Equal("true", cluster["EnableIAMDatabaseAuthentication"].Text());
        if (deployment.UsesEcs)
        {
            Assert.Equal("true", cluster["ManageMasterUserPassword"].Text());
            Assert.Null(cluster["MasterUserPassword"]);
        }
        else
        {
            Assert.Contains("{{resolve:secretsmanager:", cluster["MasterUserPassword"]!.ToJsonString());
        }
        Assert.Equal(deployment.IsProd ? "true" : "false", cluster["DeletionProtection"].Text());
        Assert.Equal(deployment.IsProd ? "35" : "1", cluster["BackupRetentionPeriod"].Text());
        Assert.Equal(deployment.IsProd ? 2 : 1, deployment.Of("AWS::RDS::DBInstance").Count());
        Assert.All(deployment.Of("AWS::RDS::DBInstance"), i => Assert.Equal("db.serverless", i["DBInstanceClass"].Text()));
    }

    [Theory]
    [MemberData(nameof(WithDatabase))]
    public void Tasks_sign_in_by_IAM_as_a_user_of_their_own_and_functions_by_a_secret(string key)
    {
        var deployment = deployments[key];
        var statements = deployment.Of("AWS::IAM::Policy").SelectMany(p => p["PolicyDocument"].At("Statement").Items())
            .Where(s => s["Action"].Items().Any(a => a.Text() == "rds-db:connect")).ToList();
        if (!deployment.UsesEcs)
        {
            Assert.Empty(statements);
            var functions = deployment.Of("AWS::Lambda::Function").Where(f => f["Environment"].At("Variables.Postgres__ConnectionString") is not null).ToList();
            Assert.Equal(2, functions.Count);
            Assert.All(functions, f => Assert.Contains("{{resolve:secretsmanager:", f["Environment"].At("Variables.Postgres__Password")!.ToJsonString()));
            return;
        }
        Assert.Contains("/registry_service", Assert.Single(statements)["Resource"]!.ToJsonString());
        Assert.Contains("GRANT rds_iam TO registry_service", deployment.Templates["data"].ToJsonString());

        // The file that the sidecar writes is the one that the driver is told, on a volume that the service can only read.
        var containers = deployment.Of("AWS::ECS::TaskDefinition").Single(t => t.Path.Split('/')[^3] == "Api")["ContainerDefinitions"].Items().ToDictionary(c => c["Name"].Text()!);
        var file = containers["service"]["Environment"].Items().Single(v => v["Name"].Text() == "Postgres__PasswordFile")["Value"].Text()!;
        Assert.Contains($"mv {file}.new {file}", containers["database-token"]["Command"].At("0").Text());
        var mount = containers["service"]["MountPoints"].Items().Single(m => m["SourceVolume"].Text() == "database-token");
        Assert.Equal((Path.GetDirectoryName(file), "true"), (mount["ContainerPath"].Text(), mount["ReadOnly"].Text()));
        Assert.Contains(containers["service"]["DependsOn"].Items(), d => d["ContainerName"].Text() == "database-token" && d["Condition"].Text() == "HEALTHY");
    }

    [Theory]
    [MemberData(nameof(WithTable))]
    public void The_API_may_do_to_the_table_what_the_driver_does_and_no_more(string key)
    {
        var actions = deployments[key].Of("AWS::IAM::Policy").SelectMany(p => p["PolicyDocument"].At("Statement").Items()).SelectMany(s => s["Action"].Items())
            .Select(a => a.Text()!).Where(a => a.StartsWith("dynamodb:", StringComparison.Ordinal)).Distinct().Order();
        Assert.Equal(["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"], actions);
    }
}
