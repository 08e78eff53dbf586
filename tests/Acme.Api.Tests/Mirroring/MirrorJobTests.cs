using System.Text.Json;
using Acme.Api.Tests.Hostile;
using Acme.Registry.Artifacts;
using Acme.Registry.Ingest;
using Acme.Registry.Jobs;
using Acme.Registry.Maintenance;
using Acme.Registry.Mirroring;
using Acme.Registry.Tests.Mirroring;
using Microsoft.Extensions.DependencyInjection;

namespace Acme.Api.Tests.Mirroring;

/// <summary>Mirroring as a job among jobs.</summary>
public sealed class MirrorJobTests
{
    private static readonly byte[] Weights = WeightServer.Content(800_000);

    [Fact]
    public async Task A_source_that_stays_out_of_reach_is_given_up_after_the_last_attempt()
    {
        await using var registry = await MirroredRegistry.StartAsync("--Mirror:EagerUpTo", "0");
        var id = await registry.PublishAsync("unreachable", null, ("model.bin", Weights, registry.Server.Serve("/w", new(Weights) { Status = 503 })));
        var handler = registry.App.Services.GetRequiredService<MirrorJob>();
        var job = await JobAsync(registry, id);

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => handler.RunAsync(job, default));
        Assert.True(handler.ShouldRetry(failure, 0));
        Assert.Equal("waiting", (await registry.FileAsync(id, "model.bin")).GetProperty("state").GetString());

        Assert.False(handler.ShouldRetry(failure, MirrorJob.MaxAttempts - 1));
        await handler.RunAsync(job with { Attempts = MirrorJob.MaxAttempts - 1 }, default);
        var file = await registry.FileAsync(id, "model.bin");
        Assert.Equal("failed", file.GetProperty("state").GetString());
        Assert.Contains("503", file.GetProperty("problem").GetString());
        Assert.Contains("UPDATE", await registry.TrailAsync(id));
    }

    [Fact]
    public async Task A_job_whose_artifact_was_never_published_waits_once_and_ends()
    {
        await using var registry = await MirroredRegistry.StartAsync();
        var handler = registry.App.Services.GetRequiredService<MirrorJob>();
        var id = await registry.PublishAsync("gone", null, ("model.bin", new byte[10], null));
        var job = await JobAsync(registry, id);
        (await registry.Admin.DeleteAsync($"/artifacts/model/{id}")).EnsureSuccessStatusCode();
        var failure = await Assert.ThrowsAsync<ArtifactGoneException>(() => handler.RunAsync(job, default));
        Assert.True(handler.ShouldRetry(failure, 0));
        Assert.False(handler.ShouldRetry(failure, 1));
    }

    [Fact]
    public async Task A_job_from_before_a_reset_does_nothing()
    {
        await using var registry = await MirroredRegistry.StartAsync("--Mirror:EagerUpTo", "0");
        var id = await registry.PublishAsync("epoch", null, ("model.bin", Weights, registry.Server.Serve("/w", new(Weights))));
        var handler = registry.App.Services.GetRequiredService<MirrorJob>();
        await handler.RunAsync(await JobAsync(registry, id, epochsAgo: 1), default);
        Assert.Empty(registry.Server.Requests);
        await handler.RunAsync(await JobAsync(registry, id), default);
        Assert.Equal("stored", (await registry.FileAsync(id, "model.bin")).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Many_artifacts_on_their_way_fetch_few_files_at_once_and_keep_no_other_job_waiting()
    {
        await using var registry = await MirroredRegistry.StartAsync("--Mirror:Concurrency", "2");
        var served = Enumerable.Range(0, 8).Select(i => new ServedFile(WeightServer.Content(50_000, seed: i)) { PauseAt = 1 }).ToArray();
        for (var i = 0; i < served.Length; i++)
            await registry.PublishAsync($"many-{i}", null, ("model.bin", WeightServer.Content(50_000, seed: i), registry.Server.Serve($"/{i}", served[i])));
        await Task.WhenAny(served.Select(s => s.Paused));
        await registry.Catalog.Jobs.AddAsync(new() { Id = "collect-now", Kind = "collect-garbage", Payload = "{}", DueAt = DateTimeOffset.UtcNow });
        var report = registry.App.Services.GetRequiredService<MaintenanceReport>();
        await MirroredRegistry.UntilAsync(() => Task.FromResult(report.LastCollection is not null));
        Assert.InRange(registry.Server.Requests.Count, 1, 2);
        foreach (var file in served) file.Release();
        await registry.UntilJobsEndAsync();
        Assert.Equal(8, registry.Server.Requests.Count);
    }

    [Fact]
    public async Task A_full_disk_is_said_freed_and_tried_again_later()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 8);
        await using var registry = await MirroredRegistry.StartAsync("--Mirror:EagerUpTo", "0", "--Mirror:PartDirectory", Path.Combine(disk.Path, "parts"));
        var large = WeightServer.Content(20_000_000);
        var id = await registry.PublishAsync("large", null, ("model.bin", large, registry.Server.Serve("/w", new(large))));
        var handler = registry.App.Services.GetRequiredService<MirrorJob>();
        var failure = await Assert.ThrowsAsync<Acme.Registry.Storage.StorageFullException>(async () => await handler.RunAsync(await JobAsync(registry, id), default));
        Assert.Contains("Mirror:PartDirectory", failure.Message);
        Assert.True(handler.ShouldRetry(failure, 0));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(disk.Path, "parts")));
        Assert.Equal("waiting", (await registry.FileAsync(id, "model.bin")).GetProperty("state").GetString());
    }

    private static async Task<Job> JobAsync(MirroredRegistry registry, string id, long epochsAgo = 0) => new()
    {
        Id = $"test-{id}",
        Kind = "mirror",
        DueAt = DateTimeOffset.UtcNow,
        Payload = JsonSerializer.Serialize(new MirrorOrder
        {
            Artifact = ArtifactId.Parse(id),
            Revision = (await registry.Catalog.Artifacts.FindAsync(ArtifactId.Parse(id)))!.Item.Head.Id,
            Epoch = await registry.Catalog.GetEpochAsync() - epochsAgo,
            UserName = RegistryApp.AdminName,
            IsAdmin = true,
        }),
    };
}
