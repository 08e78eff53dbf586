using System.Globalization;
using Amazon.CDK;
using Amazon.CDK.AWS.ECS;
using LogGroup = Amazon.CDK.AWS.Logs.LogGroup;

namespace Acme.Infra.Cdk.Services;

/// <summary>
/// The sidecar that signs the task in to the database: it writes a fresh IAM token, good for fifteen minutes, to a file every ten, and the driver
/// reads the file whenever it opens a connection. Connections that are open outlive their token.
/// </summary>
internal static class DatabaseToken
{
    private const string Directory = "/run/database";
    private const string Image = "public.ecr.aws/aws-cli/aws-cli:2.36.44";

    /// <summary>What the driver reads.</summary>
    public const string File = Directory + "/token";

    /// <summary>Adds the sidecar; the service waits until there is a token.</summary>
    public static void AddTo(FargateTaskDefinition task, ContainerDefinition service, Database database, LogGroup log)
    {
        task.AddVolume(new Volume { Name = "database-token" });
        // Written beside and moved into place, so that nobody reads half a token.
        var command = string.Create(
            CultureInfo.InvariantCulture,
            $"while true; do aws rds generate-db-auth-token --hostname \"$DATABASE_HOST\" --port {Network.DatabasePort} --username {Database.User} --region \"$AWS_REGION\" > {File}.new && mv {File}.new {File} && sleep 600 || sleep 5; done");
        var sidecar = task.AddContainer("database-token", new ContainerDefinitionOptions
        {
            Image = ContainerImage.FromRegistry(Image),
            EntryPoint = ["/bin/sh", "-c"],
            Command = [command],
            Environment = new Dictionary<string, string> { ["DATABASE_HOST"] = database.Host, ["HOME"] = Directory },
            Essential = true,
            ReadonlyRootFilesystem = true,
            Cpu = 32,
            MemoryLimitMiB = 128,
            HealthCheck = new HealthCheck { Command = ["CMD-SHELL", $"test -s {File}"], Interval = Duration.Seconds(5), Timeout = Duration.Seconds(2), Retries = 10, StartPeriod = Duration.Seconds(10) },
            Logging = LogDriver.AwsLogs(new AwsLogDriverProps { LogGroup = log, StreamPrefix = "database-token" }),
        });
        sidecar.AddMountPoints(new MountPoint { SourceVolume = "database-token", ContainerPath = Directory, ReadOnly = false });
        service.AddMountPoints(new MountPoint { SourceVolume = "database-token", ContainerPath = Directory, ReadOnly = true });
        service.AddContainerDependencies(new ContainerDependency { Container = sidecar, Condition = ContainerDependencyCondition.HEALTHY });
    }
}
