namespace Acme.Registry.Storage;

/// <summary>Small named texts that all instances share, such as the policy that an administrator switched to. They survive a reset.</summary>
public interface ISettingStore
{
    /// <summary>Most bytes of a value, in UTF-8.</summary>
    const int MaxValueBytes = 256 * 1024;

    /// <summary>The value and its version, or nothing when it was never saved.</summary>
    Task<Versioned<string>?> FindAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Adds a value (<paramref name="ifVersion"/> 0) or replaces one that is still at that version; returns the new version.</summary>
    /// <exception cref="VersionConflictException">Not at that version, or (for 0) there already.</exception>
    /// <exception cref="ArgumentException">The value is longer than <see cref="MaxValueBytes"/>.</exception>
    Task<long> SaveAsync(string name, string value, long ifVersion, CancellationToken cancellationToken = default);

    /// <summary>Checks the length of a value, for drivers.</summary>
    /// <exception cref="ArgumentException">It is longer than <see cref="MaxValueBytes"/>.</exception>
    static void CheckValue(string value)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(value) > MaxValueBytes)
        {
            throw new ArgumentException($"A setting has at most {MaxValueBytes} bytes of UTF-8.", nameof(value));
        }
    }
}
