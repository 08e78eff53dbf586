using Acme.Registry.Jobs;
using Acme.Registry.Storage;

namespace Acme.Storage.Conformance;

/// <summary>What <see cref="IJobQueue"/> promises.</summary>
public abstract class JobQueueConformance
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    protected abstract Task<StoreUnderTest<ICatalog>> CreateAsync();

    [Fact]
    public async Task A_job_is_added_once_and_kept_over_reopening()
    {
        await using var catalog = await CreateAsync();
        var job = Samples.Job("one") with { Attempts = 2, Payload = new string('p', 64 * 1024) };
        Assert.True(await catalog.Store.Jobs.AddAsync(job));
        Assert.False(await catalog.Store.Jobs.AddAsync(job with { Kind = "other" }));
        await catalog.ReopenAsync();
        Assert.Equal(job, await catalog.Store.Jobs.FindAsync("one"));
        Assert.Null(await catalog.Store.Jobs.FindAsync("two"));
    }

    [Fact]
    public async Task A_payload_over_64_KiB_is_refused()
    {
        await using var catalog = await CreateAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => catalog.Store.Jobs.AddAsync(Samples.Job("one") with { Payload = new string('p', 64 * 1024 + 1) }));
        Assert.Null(await catalog.Store.Jobs.FindAsync("one"));
    }

    [Fact]
    public async Task The_job_that_has_been_due_longest_is_leased_first_and_none_before_it_is_due()
    {
        await using var catalog = await CreateAsync();
        foreach (var (id, minutes) in new[] { ("later", 10), ("second", -1), ("first", -2), ("now", 0) })
        {
            await catalog.Store.Jobs.AddAsync(Samples.Job(id, Samples.Noon.AddMinutes(minutes)));
        }
        List<string> leased = [];
        while (await catalog.Store.Jobs.LeaseAsync("worker", Samples.Noon, Lease) is { } job)
        {
            Assert.Equal("worker", job.Owner);
            Assert.Equal(Samples.Noon + Lease, job.LeasedUntil);
            leased.Add(job.Id);
        }
        Assert.Equal(["first", "second", "now"], leased);
    }

    [Fact]
    public async Task Among_many_workers_each_job_is_leased_once()
    {
        await using var catalog = await CreateAsync();
        for (var i = 0; i < 20; i++) await catalog.Store.Jobs.AddAsync(Samples.Job($"{i}"));
        var results = await Samples.AtOnceAsync(50, i => catalog.Store.Jobs.LeaseAsync($"worker {i}", Samples.Noon, Lease));
        Assert.Equal(20, results.OfType<Job>().Select(j => j.Id).Distinct().Count());
        Assert.Equal(30, results.Count(r => r is null));
    }

    [Fact]
    public async Task A_lease_that_ran_out_frees_the_job_and_its_old_owner_has_lost_it()
    {
        await using var catalog = await CreateAsync();
        await catalog.Store.Jobs.AddAsync(Samples.Job("job"));
        Assert.NotNull(await catalog.Store.Jobs.LeaseAsync("crashed", Samples.Noon, Lease));
        Assert.Null(await catalog.Store.Jobs.LeaseAsync("other", Samples.Noon + Lease - TimeSpan.FromTicks(10), Lease));
        Assert.False(await catalog.Store.Jobs.RenewAsync("job", "crashed", Samples.Noon + Lease, Lease));
        Assert.Equal("other", (await catalog.Store.Jobs.LeaseAsync("other", Samples.Noon + Lease, Lease))!.Owner);
        Assert.False(await catalog.Store.Jobs.RenewAsync("job", "crashed", Samples.Noon, Lease));
        Assert.False(await catalog.Store.Jobs.FinishAsync("job", "crashed"));
        Assert.False(await catalog.Store.Jobs.FinishAsync("job", "crashed", Samples.Noon));
        Assert.Equal("other", (await catalog.Store.Jobs.FindAsync("job"))!.Owner);
    }

    [Fact]
    public async Task Renewing_holds_a_job_longer()
    {
        await using var catalog = await CreateAsync();
        await catalog.Store.Jobs.AddAsync(Samples.Job("job"));
        await catalog.Store.Jobs.LeaseAsync("worker", Samples.Noon, Lease);
        Assert.True(await catalog.Store.Jobs.RenewAsync("job", "worker", Samples.Noon.AddMinutes(4), Lease));
        Assert.Equal(Samples.Noon.AddMinutes(9), (await catalog.Store.Jobs.FindAsync("job"))!.LeasedUntil);
        Assert.Null(await catalog.Store.Jobs.LeaseAsync("other", Samples.Noon.AddMinutes(8), Lease));
        Assert.False(await catalog.Store.Jobs.RenewAsync("nothing", "worker", Samples.Noon, Lease));
    }

    [Fact]
    public async Task A_finished_job_is_gone_and_its_id_free()
    {
        await using var catalog = await CreateAsync();
        await catalog.Store.Jobs.AddAsync(Samples.Job("job"));
        await catalog.Store.Jobs.LeaseAsync("worker", Samples.Noon, Lease);
        Assert.True(await catalog.Store.Jobs.FinishAsync("job", "worker"));
        Assert.False(await catalog.Store.Jobs.FinishAsync("job", "worker"));
        Assert.Null(await catalog.Store.Jobs.FindAsync("job"));
        Assert.True(await catalog.Store.Jobs.AddAsync(Samples.Job("job")));
    }

    [Fact]
    public async Task A_job_to_be_retried_is_free_and_due_then_with_one_more_attempt_counted()
    {
        await using var catalog = await CreateAsync();
        var job = Samples.Job("job");
        await catalog.Store.Jobs.AddAsync(job);
        await catalog.Store.Jobs.LeaseAsync("worker", Samples.Noon, Lease);
        Assert.True(await catalog.Store.Jobs.FinishAsync("job", "worker", Samples.Noon.AddMinutes(1)));
        Assert.Equal(job with { DueAt = Samples.Noon.AddMinutes(1), Attempts = 1 }, await catalog.Store.Jobs.FindAsync("job"));
        Assert.Null(await catalog.Store.Jobs.LeaseAsync("other", Samples.Noon, Lease));
        Assert.Equal("other", (await catalog.Store.Jobs.LeaseAsync("other", Samples.Noon.AddMinutes(1), Lease))!.Owner);
    }

    [Fact]
    public async Task All_jobs_are_listed_in_order_page_by_page_the_leased_ones_too()
    {
        await using var catalog = await CreateAsync();
        foreach (var id in new[] { "mirror:b", "Mirror:a", "mirror:a", "rate-1", "10", "9" }) await catalog.Store.Jobs.AddAsync(Samples.Job(id));
        await catalog.Store.Jobs.LeaseAsync("worker", Samples.Noon, Lease);
        foreach (var limit in new[] { 1, 4, 6, 1000 })
        {
            var listed = await Samples.AllPagesAsync(limit, cursor => catalog.Store.Jobs.ListAsync(cursor, limit));
            Assert.Equal(["10", "9", "Mirror:a", "mirror:a", "mirror:b", "rate-1"], listed.Select(j => j.Id));
            Assert.Single(listed, j => j.Owner == "worker");
        }
        await Assert.ThrowsAsync<InvalidCursorException>(() => catalog.Store.Jobs.ListAsync("nonsense", 10));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => catalog.Store.Jobs.ListAsync(null, 0));
    }
}
