using Acme.Registry.Ingest;
using Acme.Registry.Jobs;
using Acme.Registry.Local.Sqlite;
using Acme.Registry.Sources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Acme.Api.Tests.Jobs;

/// <summary>What becomes of accepted work when the stores are away for long.</summary>
public sealed class JobRunnerTests
{
    [Fact]
    public async Task Work_whose_lease_ran_out_while_the_catalog_was_away_is_still_to_be_done()
    {
        using var directory = new TemporaryDirectory();
        using var catalog = new SqliteCatalog(Path.Combine(directory.Path, "catalog.db"));
        await catalog.PrepareAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var services = new ServiceCollection().AddSingleton<IJobHandler, Unwilling>().BuildServiceProvider();
        using var runner = new JobRunner(catalog, services, Options.Create(new JobOptions()), time, NullLogger<JobRunner>.Instance);
        var stop = new CancellationTokenSource();
        var work = Task.Delay(Timeout.InfiniteTimeSpan, stop.Token);
        await runner.AdoptAsync(new() { Id = "accepted", Kind = "unwilling", Payload = "{}", DueAt = time.GetUtcNow() }, work, stop);

        // No renewal gets through for longer than the lease.
        time.Advance(TimeSpan.FromMinutes(5));
        while (runner.Depth > 0) await Task.Delay(10);

        Assert.True(work.IsCanceled);
        var again = await catalog.Jobs.LeaseAsync("another", time.GetUtcNow(), TimeSpan.FromMinutes(1));
        Assert.Equal("accepted", again?.Id);
    }

    [Fact]
    public async Task An_accepted_ingest_is_tried_again_when_a_store_failed_but_not_when_it_was_refused()
    {
        await using var app = await RegistryApp.StartAsync();
        var ingestor = app.Services.GetRequiredService<Ingestor>();
        Assert.True(ingestor.ShouldRetry(new IOException("The server is away."), 0));
        Assert.True(ingestor.ShouldRetry(new HttpRequestException("Connection refused."), 10));
        Assert.False(ingestor.ShouldRetry(new HttpRequestException("Connection refused."), 100));
        Assert.True(ingestor.ShouldRetry(new SourceException("Not now.") { IsTransient = true }, 0));
        Assert.False(ingestor.ShouldRetry(new SourceException("There is no such repository."), 0));
        Assert.False(ingestor.ShouldRetry(new IngestRejectedException(["Too low."]), 0));
        Assert.False(ingestor.ShouldRetry(new IngestCancelledException(), 0));
    }

    private sealed class Unwilling : IJobHandler
    {
        public string Kind => "unwilling";

        public Task RunAsync(Job job, CancellationToken cancellationToken) => throw new NotSupportedException();

        public bool ShouldRetry(Exception failure, int attempts) => false;
    }
}
