namespace Acme.Storage.Conformance;

/// <summary>A store that a suite works on: new and empty, and removed with all its data when the test is over.</summary>
/// <typeparam name="T">The port.</typeparam>
public sealed class StoreUnderTest<T> : IAsyncDisposable where T : class
{
    private readonly Func<Task<T>> _open;
    private readonly Func<ValueTask> _remove;

    internal StoreUnderTest(Func<Task<T>> open, Func<ValueTask> remove, T store)
    {
        _open = open;
        _remove = remove;
        Store = store;
    }

    /// <summary>The store as it is open now.</summary>
    public T Store { get; private set; }

    /// <summary>Closes the store and opens the same data again, as after a restart.</summary>
    public async Task ReopenAsync()
    {
        await CloseAsync();
        Store = await _open();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _remove();
    }

    private async ValueTask CloseAsync()
    {
        if (Store is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
        else (Store as IDisposable)?.Dispose();
    }
}

/// <summary>Makes stores to be tested.</summary>
public static class StoreUnderTest
{
    /// <summary>Opens a new store.</summary>
    /// <param name="open">Opens the data, ready for use; called again for every reopening. The store is disposed of if it can be.</param>
    /// <param name="remove">Removes the data at the end.</param>
    public static async Task<StoreUnderTest<T>> OpenAsync<T>(Func<Task<T>> open, Func<ValueTask> remove) where T : class => new(open, remove, await open());
}
