namespace Acme.Registry.Ingest;

/// <summary>Lets one caller in per key at a time; others with the same key wait. Keys cost nothing when nobody holds them.</summary>
public sealed class KeyedGate<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, (SemaphoreSlim Gate, int Users)> _gates = [];

    /// <summary>Enters; dispose of the result to leave.</summary>
    public async Task<IDisposable> EnterAsync(TKey key, CancellationToken cancellationToken)
    {
        SemaphoreSlim gate;
        lock (_gates)
        {
            var (present, users) = _gates.GetValueOrDefault(key, (new SemaphoreSlim(1), 0));
            gate = present;
            _gates[key] = (gate, users + 1);
        }
        try
        {
            await gate.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(key);
            throw;
        }
        return new Turn(() =>
        {
            gate.Release();
            Leave(key);
        });
    }

    private void Leave(TKey key)
    {
        lock (_gates)
        {
            var (gate, users) = _gates[key];
            if (users == 1)
                _gates.Remove(key);
            else
                _gates[key] = (gate, users - 1);
        }
    }

    private sealed class Turn(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
