namespace Acme.Registry.Scoring.Facts;

/// <summary>What came of running the demo code of a card.</summary>
/// <param name="Outcome">Whether it ran to its end.</param>
/// <param name="Detail">Why, in a sentence.</param>
/// <param name="Output">The end of what it wrote; at most <see cref="MaxOutput"/> characters.</param>
/// <param name="Seconds">How long it ran.</param>
/// <param name="RanAt">When (UTC).</param>
public sealed record DemoRun(DemoOutcome Outcome, string Detail, string Output, double Seconds, DateTimeOffset RanAt)
{
    /// <summary>Most characters of output kept.</summary>
    public const int MaxOutput = 2000;
}

/// <summary>How a run ended.</summary>
public enum DemoOutcome
{
    /// <summary>The runner could not try it: the model is too large for it, or it lacks a library that the demo imports.</summary>
    NotTried,

    /// <summary>It ended by an error, or not within its limits.</summary>
    Failed,

    /// <summary>It ran to its end.</summary>
    Succeeded,
}
