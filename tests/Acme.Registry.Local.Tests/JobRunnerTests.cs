using Acme.Registry.Jobs;
using Acme.Registry.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Local.Tests;

public sealed class JobRunnerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_that_met_an_engine_that_was_away_is_tried_again_soon(bool repeats)
    {
        await using var catalog = await LocalStores.SqliteAsync();
        var handler = new MeetsNoEngine(repeats ? TimeSpan.FromDays(7) : null);
        await using var services = new ServiceCollection().AddSingleton<IJobHandler>(handler).BuildServiceProvider();
        using var runner = new JobRunner(catalog.Store, services, Options.Create(new JobOptions()), TimeProvider.System, NullLogger<JobRunner>.Instance);
        var begin = DateTimeOffset.UtcNow;
        await catalog.Store.Jobs.AddAsync(new() { Id = "away", Kind = handler.Kind, Payload = "{}", DueAt = begin });

        await runner.RunDueAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        // Neither given up, as its handler says of all failures, nor left until it is due anyway.
        var job = await catalog.Store.Jobs.FindAsync("away");
        Assert.Equal(1, job?.Attempts);
        Assert.InRange(job!.DueAt, begin.AddSeconds(1), DateTimeOffset.UtcNow.AddMinutes(5));
    }

    private sealed class MeetsNoEngine(TimeSpan? repeatAfter) : IJobHandler
    {
        public string Kind => "meets-no-engine";

        public TimeSpan? RepeatAfter => repeatAfter;

        public Task RunAsync(Job job, CancellationToken cancellationToken) => throw new StorageUnavailableException("The engine is away.");

        public bool ShouldRetry(Exception failure, int attempts) => false;
    }
}
