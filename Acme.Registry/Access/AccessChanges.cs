namespace Acme.Registry.Access;

/// <summary>Counts what this process did that can void a token, so that nothing read before it is relied on after it.</summary>
public sealed class AccessChanges
{
    private long _version;

    /// <summary>Grows with every change.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>Says that users or tokens have been changed or taken away.</summary>
    public void Changed() => Interlocked.Increment(ref _version);
}
