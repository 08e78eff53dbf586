using Acme.Registry.Storage;
using Amazon.Runtime;
using Microsoft.Extensions.Logging;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>The catalog in one DynamoDB table; <c>docs/dynamodb.md</c> tells every access pattern and its price.</summary>
public sealed class DynamoCatalog : ICatalog, IAsyncDisposable, IDisposable
{
    private readonly DynamoTable _table;
    private readonly DynamoDbOptions _options;
    private readonly SearchIndex _index;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private Task _clearing = Task.CompletedTask;

    /// <summary>Uses a client that the caller made; disposes of it.</summary>
    internal DynamoCatalog(DynamoTable table, DynamoDbOptions options, TimeProvider time, ILogger logger)
    {
        _table = table;
        _options = options;
        _logger = logger;
        Epochs = new(table);
        _index = new(table, Epochs, time);
        Artifacts = new DynamoArtifactStore(table, Epochs, _index, time);
        Users = new DynamoUserStore(table, Epochs);
        Tokens = new DynamoTokenStore(table, Epochs);
        Audit = new DynamoAuditLog(table, Epochs);
        Jobs = new DynamoJobQueue(table, Epochs);
        Deleted = new DynamoDeletedArtifactStore(table, Epochs);
        Settings = new DynamoSettingStore(table);
    }

    /// <inheritdoc/>
    public IArtifactStore Artifacts { get; }

    /// <inheritdoc/>
    public IUserStore Users { get; }

    /// <inheritdoc/>
    public ITokenStore Tokens { get; }

    /// <inheritdoc/>
    public IAuditLog Audit { get; }

    /// <inheritdoc/>
    public IJobQueue Jobs { get; }

    /// <inheritdoc/>
    public IDeletedArtifactStore Deleted { get; }

    /// <inheritdoc/>
    public ISettingStore Settings { get; }

    private Epochs Epochs { get; }

    /// <inheritdoc/>
    public async Task PrepareAsync(CancellationToken cancellationToken = default)
    {
        if (_options.CreateTable) await TableSetup.CreateAsync(_table.Client, _table.Name, cancellationToken);
        await TableSetup.CheckAsync(_table.Client, _table.Name, cancellationToken);
        await Epochs.BeginAsync(cancellationToken);
        // Whoever made the last reset may have died before all of it was cleared away.
        if ((await Epochs.ReadAsync(cancellationToken)).Number - 1 is var last and > 0) _clearing = ClearAsync(last, _clearing);
    }

    /// <inheritdoc/>
    public async Task<long> GetEpochAsync(CancellationToken cancellationToken = default) => (await Epochs.ReadAsync(cancellationToken)).Number;

    /// <inheritdoc/>
    public async Task ResetAsync(IReadOnlyCollection<string> keepUsers, IReadOnlyCollection<string> keepTokens, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var state = await Epochs.ReadAsync(cancellationToken);
            // The write below lets what it names outlive one epoch: what an earlier reset has kept is brought into this one first.
            foreach (var name in keepUsers) await BringAsync(DynamoUserStore.KeyOf(name), item => state.SeesUser(item, name));
            foreach (var hash in keepTokens) await BringAsync(DynamoTokenStore.KeyOf(hash), item => state.SeesToken(item, hash));
            if (!await Epochs.TryAdvanceAsync(state, keepUsers, keepTokens, cancellationToken)) continue;
            _clearing = ClearAsync(state.Number, _clearing);
            return;

            async Task BringAsync(ItemKey key, Func<Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>, bool> isSeen)
            {
                if (await _table.GetAsync(key, cancellationToken) is not { } item || !isSeen(item) || item.Number(Attributes.Epoch) == state.Number) return;
                await _table.TryUpdateAsync(
                    key, new("SET e = :new", (":new", Attributes.N(state.Number))), new("e = :old", (":old", Attributes.N(item.Number(Attributes.Epoch)))), cancellationToken);
            }
        }
    }

    /// <summary>Ends the connections; clearing away stops where it is.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _clearing;
        _closing.Dispose();
        _index.Dispose();
        _table.Client.Dispose();
    }

    /// <summary>As <see cref="DisposeAsync"/>, for owners that cannot wait asynchronously.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Never throws: what is out of sight costs room and nothing else.</summary>
    private async Task ClearAsync(long epoch, Task before)
    {
        await before;
        try
        {
            await new EpochClearing(_table).RunUpToAsync(epoch, _closing.Token);
        }
        catch (Exception e) when (e is AmazonServiceException or StorageUnavailableException or OperationCanceledException)
        {
            if (!_closing.IsCancellationRequested) _logger.LogWarning(e, "What the reset of epoch {Epoch} left behind is not wholly cleared away; the next start goes on with it", epoch);
        }
    }
}
