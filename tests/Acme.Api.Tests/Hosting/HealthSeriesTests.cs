using Acme.Client;

namespace Acme.Api.Tests.Hosting;

public sealed class HealthSeriesTests(SharedRegistry registry) : IClassFixture<SharedRegistry>
{
    [Fact]
    public async Task The_components_tell_minute_by_minute_what_was_measured()
    {
        var client = new RegistryClient(registry.Admin);
        Acme.Client.Contract.HealthComponentCollection health;
        do
        {
            // A request counts when it is complete, which may be a moment after its client has it.
            health = await client.GetHealthComponentsAsync(60, includeTimeline: true, TestContext.Current.CancellationToken);
        }
        while (health.Components.Single(c => c.Id == "api").Series!.Any(s => s.Points.Count == 0) || health.Components.Single(c => c.Id == "jobs").Series!.Any(s => s.Points.Count == 0));

        var series = health.Components.Single(c => c.Id == "api").Series!.ToDictionary(s => s.Name);
        Assert.Equal(["latency_p50", "latency_p95", "latency_p99", "requests", "server_errors"], series.Keys.Order());
        Assert.All(series["requests"].Points, p => Assert.True(p.Value >= 1));
        Assert.Equal("ms", series["latency_p95"].Unit);
        Assert.All(series["latency_p95"].Points, p => Assert.True(p.Value > 0));
        foreach (var (p50, p99) in series["latency_p50"].Points.Zip(series["latency_p99"].Points)) Assert.True(p50.Value <= p99.Value);
        Assert.Equal(["running", "running_here", "waiting"], health.Components.Single(c => c.Id == "jobs").Series!.Select(s => s.Name).Order());
        Assert.All((await client.GetHealthComponentsAsync()).Components, c => Assert.Null(c.Series));
    }
}
