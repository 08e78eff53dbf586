namespace Acme.Benchmarks.Scale;

/// <summary>
/// Assumed list prices in US dollars, region us-east-1, noted on 2026-11-26 without looking them up: check them before deciding anything by the sums. No free
/// tier, no discount.
/// </summary>
internal static class Prices
{
    public const double DynamoReadUnitsPerMillion = 0.125;
    public const double DynamoWriteUnitsPerMillion = 0.625;
    public const double DynamoGigabyteMonth = 0.25;
    public const double S3GetsPerThousand = 0.0004;
    public const double S3GigabyteMonth = 0.022;
    public const double InternetGigabyte = 0.07;
    public const double GatewayRequestsPerMillion = 1.00;
    public const double LambdaRequestsPerMillion = 0.20;
    public const double LambdaGigabyteSecond = 0.0000166667;
    public const double FargateProcessorHour = 0.04048;
    public const double FargateGigabyteHour = 0.004445;
    public const double HoursPerMonth = 730;
}

/// <summary>What AWS documents as limits, for one partition, prefix or region.</summary>
internal static class Limits
{
    public const double DynamoReadUnitsPerKey = 3000;
    public const double DynamoWriteUnitsPerKey = 1000;
    public const double S3GetsPerPrefix = 5500;
    public const double GatewayRequestsPerRegion = 10_000;
    public const double GatewayPayloadMegabytes = 10;
    public const double GatewaySeconds = 30;
    public const double LambdaConcurrency = 1000;
}
