using System.ComponentModel.DataAnnotations;

namespace Acme.Registry.Access;

/// <summary>The administrator that configuration defines (section <c>Admin</c>).</summary>
public sealed class AdminOptions
{
    /// <summary>The name to sign in with.</summary>
    public string? Name { get; set; }

    /// <summary>The password, at least <see cref="Passwords.MinLength"/> characters.</summary>
    public string? Password { get; set; }
}

/// <summary>How long tokens are good and how guessing is held off (section <c>Access</c>).</summary>
public sealed class AccessOptions
{
    /// <summary>How long a token is good. Default: 10 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(10);

    /// <summary>How many calls a token is good for. Default: 1,000.</summary>
    [Range(1, 1_000_000)]
    public int TokenCalls { get; set; } = 1000;

    /// <summary>How long a session of the web UI lasts. Default: 10 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(10);

    /// <summary>How many calls a session is good for. Default: 100,000.</summary>
    [Range(1, 10_000_000)]
    public int SessionCalls { get; set; } = 100_000;

    /// <summary>Wrong passwords for one name from one address before it must wait. Default: 10.</summary>
    [Range(1, 1000)]
    public int FailuresPerAddress { get; set; } = 10;

    /// <summary>Wrong passwords for one name from all addresses together before all must wait. Default: 100.</summary>
    [Range(1, 100_000)]
    public int FailuresPerName { get; set; } = 100;

    /// <summary>How long a failure counts, and so how long one must wait at most. Default: 15 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan FailureWindow { get; set; } = TimeSpan.FromMinutes(15);
}
