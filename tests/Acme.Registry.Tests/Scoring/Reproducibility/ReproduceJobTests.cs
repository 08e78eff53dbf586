using Acme.Registry.Artifacts;
using Acme.Registry.Jobs;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Reproducibility;

namespace Acme.Registry.Tests.Scoring.Reproducibility;

public sealed class ReproduceJobTests : IDisposable
{
    private readonly Runner _runner = new();
    private readonly Registered _registered;
    private readonly ReproduceJob _handler;

    public ReproduceJobTests()
    {
        _registered = new(runner: _runner);
        _handler = new(_registered.Catalog, _registered.Blobs, _registered.Ratings, _runner);
    }

    public void Dispose() => _handler.Dispose();

    private Job Job => Assert.Single(_registered.Catalog.JobsAdded.All, j => j.Kind == ReproduceJob.KindName);

    [Theory]
    [InlineData(DemoOutcome.Succeeded, 1.0)]
    [InlineData(DemoOutcome.Failed, 0.5)]
    [InlineData(DemoOutcome.NotTried, 0.5)]
    public async Task The_demo_is_run_after_publication_and_the_rating_keeps_what_came_of_it(DemoOutcome outcome, double expected)
    {
        _runner.Outcome = outcome;
        var model = await _registered.PublishModelAsync("acme/model", Cards.Good);
        Assert.Equal(0.5, (await _registered.RateAsync(model)).Reproducibility.Score);

        await _handler.RunAsync(Job, TestContext.Current.CancellationToken);

        var rating = await _registered.RateAsync(model);
        Assert.Equal(expected, rating.Reproducibility.Score);
        Assert.Equal(outcome, rating.Facts.DemoRun!.Outcome);
        var (blocks, names) = Assert.Single(_runner.Runs);
        Assert.Contains("pipeline(\"text-classification\", model=\"acme/model\")", Assert.Single(blocks), StringComparison.Ordinal);
        Assert.Contains("acme/model", names);

        await _handler.RunAsync(Job, TestContext.Current.CancellationToken);
        Assert.Single(_runner.Runs);
    }

    [Fact]
    public async Task Code_that_runs_without_this_model_earns_nothing_by_running()
    {
        var model = await _registered.PublishModelAsync("acme/model", Cards.Good.Replace("model=\"acme/model\"", "model=\"other/thing\"", StringComparison.Ordinal));

        Assert.DoesNotContain(_registered.Catalog.JobsAdded.All, j => j.Kind == ReproduceJob.KindName);
        var facts = (await _registered.RateAsync(model)).Facts;
        var ran = _registered.Ratings.Replay(facts with { DemoRun = new(DemoOutcome.Succeeded, "in 1 s.", "", 1, default) });
        Assert.True(ran.Reproducibility.Score < 0.5);
    }

    [Fact]
    public async Task A_model_that_is_gone_is_left_alone()
    {
        var model = await _registered.PublishModelAsync("acme/model", Cards.Good);
        await _registered.Catalog.DeleteAsync(model.Id);

        await Assert.ThrowsAsync<DemoNotReadyException>(() => _handler.RunAsync(Job, TestContext.Current.CancellationToken));
        await _handler.RunAsync(Job with { Attempts = 1 }, TestContext.Current.CancellationToken);

        Assert.Empty(_runner.Runs);
        Assert.Null(await _registered.Catalog.FindAsync(model.Id));
    }

    [Fact]
    public async Task A_runner_that_does_not_work_is_tried_again_later()
    {
        _runner.Failure = new RunnerFailedException("no namespaces");
        await _registered.PublishModelAsync("acme/model", Cards.Good);

        var failure = await Assert.ThrowsAsync<RunnerFailedException>(() => _handler.RunAsync(Job, TestContext.Current.CancellationToken));

        Assert.True(_handler.ShouldRetry(failure, attempts: 0));
        Assert.False(_handler.ShouldRetry(failure, attempts: 100));
    }

    private sealed class Runner : IReproductionRunner
    {
        public DemoOutcome Outcome { get; set; } = DemoOutcome.Succeeded;

        public Exception? Failure { get; set; }

        public List<(IReadOnlyList<string> Blocks, IReadOnlyList<string> Names)> Runs { get; } = [];

        public Task<DemoRun> RunAsync(IReadOnlyList<string> blocks, IReadOnlyList<string> names, Manifest files, CancellationToken cancellationToken = default)
        {
            if (Failure is not null) throw Failure;
            Runs.Add((blocks, names));
            return Task.FromResult(new DemoRun(Outcome, "as the test says.", "output", 1, DateTimeOffset.UnixEpoch));
        }
    }
}
