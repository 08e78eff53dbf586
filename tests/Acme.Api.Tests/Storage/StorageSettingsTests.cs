namespace Acme.Api.Tests.Storage;

/// <summary>What is wrong with the settings of a driver stops the process, and its message names each key.</summary>
[Trait(TestDrivers.Trait, TestDrivers.Indifferent)]
public sealed class StorageSettingsTests
{
    private static readonly string[] ToS3 = ["--Blobs:Provider", "s3", "--S3:Bucket", "acme-blobs", "--S3:Region", "eu-central-1"];
    private static readonly string[] ToDynamoDb = ["--Catalog:Provider", "dynamodb", "--DynamoDb:Table", "acme", "--DynamoDb:Region", "eu-central-1"];
    private static readonly string[] ToPostgres = ["--Catalog:Provider", "postgres", "--Blobs:Provider", "postgres", "--Postgres:ConnectionString", "Host=127.0.0.1;Username=acme"];

    // Whatever the machine's own profile says, and whoever answers at the address of EC2's metadata.
    private static readonly Dictionary<string, string?> Bare = new()
    {
        ["AWS_REGION"] = null, ["AWS_DEFAULT_REGION"] = null, ["AWS_PROFILE"] = null, ["AWS_ACCESS_KEY_ID"] = null, ["AWS_SECRET_ACCESS_KEY"] = null,
        ["AWS_CONFIG_FILE"] = "/dev/null", ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null", ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    private static readonly Dictionary<string, string?> WithCredentials = new(Bare) { ["AWS_ACCESS_KEY_ID"] = "acme", ["AWS_SECRET_ACCESS_KEY"] = "acme-secret" };

    [Fact]
    public async Task Every_wrong_setting_of_S3_is_named_at_once()
    {
        var errors = await RefusalAsync(
            Bare, "--Blobs:Provider", "s3", "--S3:Prefix", "no slash", "--S3:ServiceUrl", "gateway", "--S3:Checksums", "md5", "--S3:RetryMode", "7", "--S3:MaxRetries", "21",
            "--S3:PresignedLifetime", "00:00:09", "--S3:BundleLifetime", "366.00:00:00");
        Assert.Contains("S3:Bucket: Name the bucket", errors);
        Assert.Contains("S3:Prefix: A prefix consists of", errors);
        Assert.Contains("S3:ServiceUrl: It must be an absolute URL", errors);
        Assert.Contains("S3:Checksums: It can be: sdk, when-required.", errors);
        Assert.Contains("S3:RetryMode: It can be: Standard, Adaptive.", errors);
        Assert.Contains("S3:MaxRetries: It can be 0 to 20.", errors);
        Assert.Contains("S3:PresignedLifetime: It can be 10 seconds to 7 days.", errors);
        Assert.Contains("S3:BundleLifetime: It can be 1 minute to 365 days.", errors);
    }

    [Fact]
    public async Task Every_wrong_setting_of_DynamoDB_is_named_at_once()
    {
        var errors = await RefusalAsync(
            Bare, "--Catalog:Provider", "dynamodb", "--DynamoDb:Table", "x!", "--DynamoDb:ServiceUrl", "dynamo", "--DynamoDb:RetryMode", "7", "--DynamoDb:MaxRetries", "-1");
        Assert.Contains("DynamoDb:Table: A table's name has", errors);
        Assert.Contains("DynamoDb:ServiceUrl: It must be an absolute URL", errors);
        Assert.Contains("DynamoDb:RetryMode: It can be: Standard, Adaptive.", errors);
        Assert.Contains("DynamoDb:MaxRetries: It can be 0 to 20.", errors);
        Assert.Contains("DynamoDb:Table: Name the table", await RefusalAsync(Bare, "--Catalog:Provider", "dynamodb"));
    }

    [Fact]
    public async Task Every_wrong_setting_of_PostgreSQL_is_named_at_once()
    {
        var errors = await RefusalAsync(Bare, [.. ToPostgres, "--Postgres:MaxPoolSize", "0", "--Postgres:CommandTimeout", "00:00:00", "--Postgres:RetryFor", "01:00:00"]);
        Assert.Contains("Postgres:MaxPoolSize: must be between 1 and 1000", errors);
        Assert.Contains("Postgres:CommandTimeout: must be between 00:00:01 and 01:00:00", errors);
        Assert.Contains("Postgres:RetryFor: must be between 00:00:00 and 00:10:00", errors);

        errors = await RefusalAsync(Bare, [.. ToPostgres, "--Postgres:ConnectionString", "Database=acme", "--Postgres:Password", "x", "--Postgres:PasswordFile", "/does/not/exist"]);
        Assert.Contains("Postgres:ConnectionString: names no Host", errors);
        Assert.Contains("Postgres:Password: cannot be used together with PasswordFile", errors);
        Assert.Contains("Postgres:PasswordFile: names '/does/not/exist', which is not a file", errors);
    }

    [Theory]
    [InlineData("", "is not set")]
    [InlineData("nonsense", "is not a connection string")]
    public async Task PostgreSQL_needs_a_connection_string(string value, string says) =>
        Assert.Contains($"Postgres:ConnectionString: {says}", await RefusalAsync(Bare, [.. ToPostgres, "--Postgres:ConnectionString", value]));

    [Theory]
    [InlineData("S3:MaxRetries", "many")]
    [InlineData("S3:RetryMode", "Stubborn")]
    [InlineData("DynamoDb:CreateTable", "perhaps")]
    [InlineData("Postgres:RetryFor", "long")]
    public async Task A_value_of_another_kind_is_named_with_its_key(string key, string value)
    {
        var errors = await RefusalAsync(Bare, [.. ToPostgres, .. key[0] switch { 'S' => ToS3, 'D' => ToDynamoDb, _ => [] }, $"--{key}", value]);
        Assert.Contains(key, errors);
        Assert.Contains(value, errors);
    }

    [Theory]
    [InlineData("S3")]
    [InlineData("DynamoDb")]
    public async Task Without_a_region_or_a_URL_no_engine_can_be_found(string section)
    {
        var errors = await RefusalAsync(Bare, [.. section == "S3" ? ToS3[..4] : ToDynamoDb[..4]]);
        Assert.Contains($"{section}:Region is not set", errors);
        Assert.Contains($"{section}:ServiceUrl", errors);
        Assert.Contains("AWS_REGION", errors);
    }

    [Theory]
    [InlineData("S3")]
    [InlineData("DynamoDb")]
    public async Task Without_credentials_it_is_said_where_they_are_looked_for(string section) =>
        Assert.Contains("credentials", await RefusalAsync(Bare, section == "S3" ? [.. ToS3, "--S3:MaxRetries", "0"] : [.. ToDynamoDb, "--DynamoDb:MaxRetries", "0"]));

    [Theory]
    [InlineData("S3:CreateBucket")]
    [InlineData("DynamoDb:CreateTable")]
    public async Task What_makes_a_bucket_or_a_table_is_for_Development_only(string key) => Assert.Contains(
        $"{key} is true, which is for Development only",
        await RefusalAsync(
            WithCredentials, [.. key[0] == 'S' ? ToS3 : ToDynamoDb, $"--{key}", "true", "--environment", "Production", "--Admin:Name", "operator", "--Admin:Password", "a password long enough"]));

    [Theory]
    [InlineData("S3:ServiceUrl")]
    [InlineData("DynamoDb:ServiceUrl")]
    [InlineData("Postgres:ConnectionString")]
    public async Task An_engine_that_does_not_answer_is_named_with_its_key(string key)
    {
        string[] settings = key[0] switch
        {
            'S' => [.. ToS3, "--S3:ServiceUrl", "http://127.0.0.1:9", "--S3:MaxRetries", "0"],
            'D' => [.. ToDynamoDb, "--DynamoDb:ServiceUrl", "http://127.0.0.1:9", "--DynamoDb:MaxRetries", "0"],
            _ => [.. ToPostgres, "--Postgres:ConnectionString", "Host=127.0.0.1;Port=9;Database=acme;Username=acme", "--Postgres:RetryFor", "00:00:00"],
        };
        var errors = await RefusalAsync(WithCredentials, settings);
        Assert.Contains("127.0.0.1:9", errors);
        Assert.Contains("cannot be used", errors);
        Assert.Contains(key, errors);
    }

    [Fact]
    public async Task A_table_that_is_not_there_is_named()
    {
        var there = await SharedEngines.TableAsync("settings-tests");
        var errors = await RefusalAsync(WithCredentials, [.. ToDynamoDb, "--DynamoDb:ServiceUrl", there["DynamoDb:ServiceUrl"], "--DynamoDb:Table", "elsewhere"]);
        Assert.Contains("DynamoDb:Table is 'elsewhere', which does not exist", errors);
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_and_one_of_somebody_else_are_named()
    {
        var there = await SharedEngines.BucketAsync("settings-tests");
        string[] settings = [.. ToS3, .. there.SelectMany(s => new[] { $"--{s.Key}", s.Value })];
        Assert.Contains("S3:Bucket is 'elsewhere', which does not exist", await RefusalAsync(WithCredentials, [.. settings, "--S3:Bucket", "elsewhere"]));
        Assert.Contains(
            "S3:Bucket is 'settings-tests', which these credentials may not use",
            await RefusalAsync(new Dictionary<string, string?>(Bare) { ["AWS_ACCESS_KEY_ID"] = "stranger", ["AWS_SECRET_ACCESS_KEY"] = "unknown" }, settings));
    }

    private static async Task<string> RefusalAsync(IReadOnlyDictionary<string, string?> environment, params string[] settings)
    {
        using var data = new TemporaryDirectory();
        await using var registry = RegistryProcess.StartIn(environment, data.Path, [.. TestDrivers.Embedded, .. settings]);
        return await registry.RefusalAsync();
    }
}
