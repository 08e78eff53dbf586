using Microsoft.Extensions.Logging;

namespace Acme.Registry.Scoring.Policies;

/// <summary>
/// The policy in force. A policy file is read again when it has changed; while it cannot be used, the last one that could stays in
/// force, and the log says what is wrong. A changed policy needs another version, because verdicts are known by it.
/// </summary>
public sealed class PolicySource
{
    private readonly Lock _lock = new();
    private readonly FileInfo? _file;
    private readonly ILogger? _logger;
    private (DateTime, long) _seen;
    private ScoringPolicy _current;
    private ScoringPolicy? _switched;

    /// <summary>A policy that stays.</summary>
    public PolicySource(ScoringPolicy policy) => _current = policy;

    /// <summary>A shipped policy by its name, or the file at a path.</summary>
    /// <exception cref="InvalidPolicyException">It cannot be used from the start.</exception>
    public PolicySource(string nameOrPath, ILogger<PolicySource> logger)
    {
        _logger = logger;
        _current = ScoringPolicy.Load(nameOrPath);
        if (ReferenceEquals(_current, ScoringPolicy.Default) || ReferenceEquals(_current, ScoringPolicy.Strict)) return;
        _file = new(nameOrPath);
        _seen = (_file.LastWriteTimeUtc, _file.Length);
    }

    /// <summary>The policy for verdicts from now on: the one that was switched to, else the configured one.</summary>
    public ScoringPolicy Current => Volatile.Read(ref _switched) ?? Configured;

    /// <summary>Puts a policy in force instead of the configured one; null for the configured one again.</summary>
    internal void Switch(ScoringPolicy? policy) => Volatile.Write(ref _switched, policy);

    /// <summary>The policy that the configuration names.</summary>
    public ScoringPolicy Configured
    {
        get
        {
            if (_file is null) return _current;
            lock (_lock) return _current = Read(_file);
        }
    }

    private ScoringPolicy Read(FileInfo file)
    {
        file.Refresh();
        var now = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
        if (now == _seen) return _current;
        _seen = now;
        try
        {
            var read = ScoringPolicy.Load(file.FullName);
            if (read.HasSameContentAs(_current)) return _current;
            if (read.Name == _current.Name && read.Version == _current.Version)
                throw new InvalidPolicyException($"it has changed but is still version {read.Version}. Raise the version, so that verdicts say what they were made by.");
            _logger?.LogInformation("The scoring policy is now {Name} {Version}", read.Name, read.Version);
            return read;
        }
        catch (Exception e) when (e is InvalidPolicyException or IOException or UnauthorizedAccessException)
        {
            _logger?.LogError("The changed scoring policy {File} is not used; {Name} {Version} stays in force: {Problem}", file.FullName, _current.Name, _current.Version, e.Message);
            return _current;
        }
    }
}
