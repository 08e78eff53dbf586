using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Jobs;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Mirroring;

/// <summary>Orders mirroring, in such a way that what was published is mirrored although a process may die at any moment.</summary>
public sealed class MirrorQueue(ICatalog catalog, MirrorJob handler, JobRunner jobs, IOptions<MirrorOptions> options, TimeProvider time)
{
    /// <summary>
    /// Called before a revision is published: makes the job that fetches its remote files, where they are to be fetched at once. The job is
    /// held by this process and waits for <see cref="PendingMirror.Published"/>; should the process die in between, whoever takes the job
    /// up finds out whether the artifact is there. Dispose of the result when publishing has ended either way.
    /// </summary>
    public async Task<PendingMirror> PrepareAsync(MirrorOrder order, Manifest manifest)
    {
        var published = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (manifest.RemoteSize > 0 && options.Value.ModeOf(manifest) == MirrorMode.Eager)
        {
            var stop = new CancellationTokenSource();
            var work = RunWhenPublishedAsync(order, published.Task, stop.Token);
            _ = work.ContinueWith(_ => stop.Dispose(), TaskScheduler.Default);
            try
            {
                await jobs.AdoptAsync(ToJob(order, $"mirror-{order.Artifact}-{Guid.NewGuid():N}"), work, stop);
            }
            catch
            {
                published.SetResult(false);
                throw;
            }
        }
        return new(published);
    }

    /// <summary>Sees to it that files of a published revision are fetched in the background; does nothing when that is ordered already.</summary>
    public Task DemandAsync(MirrorOrder order, CancellationToken cancellationToken) =>
        catalog.Jobs.AddAsync(ToJob(order, $"mirror-{order.Artifact}-{order.Revision}{(order.Only is { } only ? $"-{only}" : "")}"), cancellationToken);

    private async Task RunWhenPublishedAsync(MirrorOrder order, Task<bool> published, CancellationToken cancellationToken)
    {
        if (await published.WaitAsync(cancellationToken)) await handler.RunAsync(order, 0, cancellationToken);
    }

    private Job ToJob(MirrorOrder order, string id) => new()
    {
        Id = id,
        Kind = handler.Kind,
        Payload = JsonSerializer.Serialize(order, MirrorJson.Default.MirrorOrder),
        DueAt = time.GetUtcNow(),
    };
}

/// <summary>Mirroring that waits for its revision to be published.</summary>
public sealed class PendingMirror : IDisposable
{
    private readonly TaskCompletionSource<bool> _published;

    internal PendingMirror(TaskCompletionSource<bool> published) => _published = published;

    /// <summary>The revision is there.</summary>
    public void Published() => _published.TrySetResult(true);

    /// <summary>Unless it was published, it will not be.</summary>
    public void Dispose() => _published.TrySetResult(false);
}
