namespace Acme.Registry.Jobs;

/// <summary>A piece of background work.</summary>
public sealed record Job
{
    /// <summary>Unique among the jobs there are.</summary>
    public required string Id { get; init; }

    /// <summary>Which handler does it.</summary>
    public required string Kind { get; init; }

    /// <summary>What the handler needs, as JSON; at most 64 KiB.</summary>
    public required string Payload { get; init; }

    /// <summary>When it may begin (UTC).</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>How often it has been tried before.</summary>
    public int Attempts { get; init; }

    /// <summary>Who holds it, if anyone does.</summary>
    public string? Owner { get; init; }

    /// <summary>When the hold ends (UTC); meaningful with <see cref="Owner"/>.</summary>
    public DateTimeOffset LeasedUntil { get; init; }
}
