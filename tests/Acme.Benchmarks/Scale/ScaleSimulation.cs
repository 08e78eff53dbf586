using Acme.Measuring;

namespace Acme.Benchmarks.Scale;

/// <summary>
/// What it would take on AWS to serve 1,000 requests a second from 10 million artifacts of 100 TB: requests are drawn one by one with the popularity that hubs
/// see, each loads the keys that the DynamoDB driver's layout gives it, and the busiest second of the busiest key is held against the service's limits.
/// </summary>
internal static class ScaleSimulation
{
    private const int Requests = 1000;
    private const int Artifacts = 10_000_000;
    private const double Terabytes = 100;
    private const int Seconds = 300;

    // Of a hundred requests; a registry is read much more than written.
    private const int Metadata = 70;
    private const int Downloads = 20;
    private const int Searches = 9;

    // Behind a balancer that spreads each client over all instances. Each instance reads token and user again when a second is over or half of the ten calls that
    // it has taken in advance are used.
    private const int Clients = 500;
    private const int Instances = 4;
    private const int CallsPerLease = 5;

    // Partitions of the driver's layout.
    private const int ArtifactShards = 8;
    private const int CounterPartitions = 64;
    private const int TokenPartitions = 16;
    private const int BlobPrefixes = 256;

    public static async Task RunAsync(Report report, Workspace workspace, CancellationToken cancellationToken)
    {
        Report.Title($"scale: {Requests:N0} requests/s, {Artifacts:N0} artifacts, {Terabytes} TB");
        var costs = await MeasuredCosts.TakeAsync(workspace, report.Quick, cancellationToken);
        Report.Table(["measured here", "value"],
        [
            ["metadata read, CPU µs", $"{costs.MetadataSeconds * 1e6:0}"],
            ["download up to its head, CPU µs", $"{costs.DownloadSeconds * 1e6:0}"],
            ["search by name, CPU µs", $"{costs.SearchSeconds * 1e6:0}"],
            ["artifact as JSON, bytes", $"{costs.ArtifactBytes:0}"],
        ]);
        Report.Line("");
        var load = Simulate(costs.ArtifactBytes);
        ShowKeys(load);
        ShowCapacity(load, costs);
        ShowCosts(load, costs);
    }

    private static KeyLoad Simulate(double artifactBytes)
    {
        var random = new Random(1);
        var load = new KeyLoad();
        var itemUnits = Math.Ceiling(artifactBytes / 4096);
        for (var second = 0; second < Seconds; second++)
        {
            var calls = new int[Clients, Instances];
            for (var i = 0; i < Requests; i++)
            {
                var (client, instance) = (random.Next(Clients), random.Next(Instances));
                if (calls[client, instance]++ % CallsPerLease == 0) Verify(client, load);
                Draw(random, load, itemUnits);
            }
            load.EndSecond();
        }
        return load;
    }

    private static void Draw(Random random, KeyLoad load, double itemUnits)
    {
        // The rank of Zipf's law with exponent 1: its logarithm is evenly spread. Scattered, so that neighbours in rank share no shard.
        var rank = (long)Math.Pow(Artifacts, random.NextDouble());
        var artifact = rank * 2654435761 % Artifacts;
        var kind = random.Next(100);
        if (kind < Metadata + Downloads)
        {
            load.Read("epoch", 1);
            load.Read($"artifacts of shard {artifact % ArtifactShards}", itemUnits);
        }
        if (kind >= Metadata && kind < Metadata + Downloads)
        {
            load.Read("epoch", 1);
            load.Write($"download counters {artifact % CounterPartitions}", 1);
            load.Write($"trail of artifact {artifact}", 1);
            load.Get($"prefix {artifact % BlobPrefixes}");
        }
        else if (kind >= Metadata + Downloads && kind < Metadata + Downloads + Searches)
        {
            // Answered from the index in the process, which first asks every shard for what has changed.
            load.Read("epoch", 1);
            for (var shard = 0; shard < ArtifactShards; shard++) load.Read($"changes of shard {shard}", 1);
        }
        else if (kind >= Metadata + Downloads + Searches)
        {
            // An ingest: claim, name and type entries, card, artifact, trail.
            load.Read("epoch", 4);
            load.Write($"artifacts of shard {artifact % ArtifactShards}", Math.Ceiling(itemUnits * 4));
            load.Write($"entries of artifact {artifact}", 8);
        }
    }

    private static void Verify(int client, KeyLoad load)
    {
        load.Read("epoch", 2);
        load.Read($"user {client}", 1);
        load.Write($"tokens of partition {client % TokenPartitions}", 1);
        load.Verifications++;
    }

    private static void ShowKeys(KeyLoad load)
    {
        Report.Table(["busiest second of the busiest key", "units/s", "limit", "share"],
        [
            .. load.BusiestReads(3).Select(k => Row(k, Limits.DynamoReadUnitsPerKey, "read")),
            .. load.BusiestWrites(3).Select(k => Row(k, Limits.DynamoWriteUnitsPerKey, "write")),
            .. load.BusiestGets(1).Select(k => Row(k, Limits.S3GetsPerPrefix, "S3 GET")),
        ]);
        foreach (var (key, units) in load.BusiestReads(10).Where(k => k.Units > Limits.DynamoReadUnitsPerKey)) Report.Line($"BEYOND  reads of '{key}': {units:N0}/s of {Limits.DynamoReadUnitsPerKey:N0}");
        foreach (var (key, units) in load.BusiestWrites(10).Where(k => k.Units > Limits.DynamoWriteUnitsPerKey)) Report.Line($"BEYOND  writes of '{key}': {units:N0}/s of {Limits.DynamoWriteUnitsPerKey:N0}");
        Report.Line("");

        static string[] Row((string Key, double Units) key, double limit, string unit) => [$"{unit}: {key.Key}", $"{key.Units:0}", $"{limit:0}", $"{key.Units / limit:P0}"];
    }

    private static void ShowCapacity(KeyLoad load, MeasuredCosts costs)
    {
        var processors = Requests * SecondsOfRequest(costs);
        Report.Table(["needed", "value", "limit"],
        [
            ["read units/s, mean", $"{load.Reads / Seconds:0}", ""],
            ["write units/s, mean", $"{load.Writes / Seconds:0}", ""],
            ["tokens read again, of all requests", $"{load.Verifications / (double)(Requests * Seconds):P0}", ""],
            ["processors busy, as fast as this machine's", $"{processors:0.00}", ""],
            ["tasks of 1 vCPU at half load", $"{Math.Ceiling(processors * 2):0}", ""],
            ["Lambda instances at 50 ms a request", $"{Requests * 0.05:0}", $"{Limits.LambdaConcurrency:0}"],
            ["gateway requests/s", $"{Requests}", $"{Limits.GatewayRequestsPerRegion:0}"],
            ["mean artifact, MB (a payload may have)", $"{Terabytes * 1e6 / Artifacts:0}", $"{Limits.GatewayPayloadMegabytes:0}"],
            ["slowest link that gets it through a gateway in time, MB/s", $"{Terabytes * 1e6 / Artifacts / Limits.GatewaySeconds:0.0}", ""],
            ["catalog, GB", $"{Artifacts * costs.ArtifactBytes * 2 / 1e9:0}", ""],
        ]);
        Report.Line("");
    }

    private static void ShowCosts(KeyLoad load, MeasuredCosts costs)
    {
        const double million = 1e6;
        // The epoch twice and the artifact; a counter and an entry of the trail; and its share of verifying tokens.
        var verifications = load.Verifications / (double)(Requests * Seconds);
        var perDownload = (Read: 3 + (3 * verifications), Write: 2 + verifications);
        var store = ((perDownload.Read * Prices.DynamoReadUnitsPerMillion) + (perDownload.Write * Prices.DynamoWriteUnitsPerMillion)) * million / million;
        var s3 = million / 1000 * Prices.S3GetsPerThousand * 2;
        var ecs = million * costs.DownloadSeconds * 2 / 3600 * (Prices.FargateProcessorHour + (2 * Prices.FargateGigabyteHour));
        var lambda = Prices.LambdaRequestsPerMillion + (million * 0.05 * 1 * Prices.LambdaGigabyteSecond);
        var internet = million * 24.834009 / 1000 * Prices.InternetGigabyte;
        var month = Prices.HoursPerMonth * 3600;
        Report.Table(["US dollars, by assumed prices", "a million downloads of 24.8 MB", "a month at this load, without the internet"],
        [
            ["DynamoDB, on demand", $"{store:0.00}", $"{((load.Reads * Prices.DynamoReadUnitsPerMillion) + (load.Writes * Prices.DynamoWriteUnitsPerMillion)) / million / Seconds * month:0}"],
            ["DynamoDB, storage", "", $"{Artifacts * costs.ArtifactBytes * 2 / 1e9 * Prices.DynamoGigabyteMonth:0}"],
            ["S3, requests", $"{s3:0.00}", $"{Requests * Downloads / 100.0 * month / 1000 * Prices.S3GetsPerThousand * 2:0}"],
            ["S3, storage", "", $"{Terabytes * 1000 * Prices.S3GigabyteMonth:0}"],
            ["gateway", $"{Prices.GatewayRequestsPerMillion:0.00}", $"{Requests * month / million * Prices.GatewayRequestsPerMillion:0}"],
            ["compute on ECS, at half load", $"{ecs:0.00}", $"{Math.Ceiling(Requests * SecondsOfRequest(costs) * 2) * Prices.HoursPerMonth * (Prices.FargateProcessorHour + (2 * Prices.FargateGigabyteHour)):0}"],
            ["or on Lambda, 1 GB for 50 ms", $"{lambda:0.00}", $"{Requests * month / million * lambda:0}"],
            ["to the internet", $"{internet:0}", ""],
        ]);
    }

    private static double SecondsOfRequest(MeasuredCosts costs) =>
        ((Metadata * costs.MetadataSeconds) + (Downloads * costs.DownloadSeconds) + ((100 - Metadata - Downloads) * costs.SearchSeconds)) / 100;
}
