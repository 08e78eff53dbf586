using System.IO.Compression;
using System.Security.Cryptography;

namespace Acme.Api.Tests.Crash;

/// <summary>All that the clients know.</summary>
internal sealed class Ledgers
{
    private volatile bool _resetInDoubt;

    /// <summary>Models by name; the state is the contents as <c>StateOf</c> puts them.</summary>
    public Ledger Artifacts { get; } = new("artifact");

    /// <summary>Users by name; the state is the password.</summary>
    public Ledger Users { get; } = new("user");

    /// <summary>Sessions by token; the state is "good".</summary>
    public Ledger Sessions { get; } = new("session");

    /// <summary>Changes that were answered for.</summary>
    public int Acknowledged => Artifacts.Acknowledged + Users.Acknowledged + Sessions.Acknowledged;

    /// <summary>Changes that were never answered, or with an error.</summary>
    public int Unanswered => Artifacts.Unanswered + Users.Unanswered + Sessions.Unanswered;

    private Ledger[] All => [Artifacts, Users, Sessions];

    /// <summary>A reset is under way.</summary>
    public void ResetSent() => _resetInDoubt = true;

    /// <summary>It was answered for.</summary>
    public void ResetAnswered()
    {
        foreach (var ledger in All) ledger.Emptied();
        _resetInDoubt = false;
    }

    /// <summary>A reset that was never answered was made or not; if anything that was there is missing, it was, and then all must be.</summary>
    /// <param name="artifacts">Names of the artifacts there are.</param>
    /// <param name="users">Names of the users there are.</param>
    public void SettleReset(IReadOnlyCollection<string> artifacts, IReadOnlyCollection<string> users)
    {
        if (!_resetInDoubt) return;
        if (artifacts.Count == 0 && !Users.Read().Any(u => u.Entry.IsPresent && users.Contains(u.Name))) ResetAnswered();
        _resetInDoubt = false;
    }

    /// <summary>The contents of an artifact as one text: path and SHA-256 of each file.</summary>
    public static string StateOf(IEnumerable<(string Path, byte[] Content)> files) =>
        string.Join(' ', files.OrderBy(f => f.Path, StringComparer.Ordinal).Select(f => $"{f.Path}={Convert.ToHexStringLower(SHA256.HashData(f.Content))}"));

    /// <summary>The same of a ZIP of it.</summary>
    public static string StateOf(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return StateOf(archive.Entries.Select(entry =>
        {
            using var content = entry.Open();
            using var bytes = new MemoryStream();
            content.CopyTo(bytes);
            return (entry.FullName, bytes.ToArray());
        }));
    }
}
