namespace Acme.Registry.Scoring.Findings;

/// <summary>One line of a <see cref="Checklist"/>.</summary>
/// <param name="Probe">Whose finding counts.</param>
/// <param name="Weight">Its share of the score; the shares of a list sum to 1.</param>
/// <param name="Full">The amount that earns the whole share; less earns in proportion. Findings without an amount earn it whole.</param>
public sealed record Criterion(string Probe, double Weight, double Full = 1);

/// <summary>
/// Scores findings by a weighted sum: a yes earns its share, in proportion to its amount where it has one; every other outcome
/// earns nothing. More evidence never lowers it.
/// </summary>
public sealed class Checklist
{
    private readonly Criterion[] _criteria;

    /// <summary>Takes the lines.</summary>
    /// <exception cref="ArgumentException">The shares do not sum to 1.</exception>
    public Checklist(params Criterion[] criteria)
    {
        if (Math.Abs(criteria.Sum(c => c.Weight) - 1) > 1e-9) throw new ArgumentException("The shares of a checklist sum to 1.", nameof(criteria));
        _criteria = criteria;
        Probes = [.. criteria.Select(c => c.Probe)];
    }

    /// <summary>The probes whose findings it needs.</summary>
    public IReadOnlyList<string> Probes { get; }

    /// <summary>The lines.</summary>
    public IReadOnlyList<Criterion> Criteria => _criteria;

    /// <summary>The score, 0..1.</summary>
    public double Score(MetricFindings findings) => Math.Clamp(_criteria.Sum(c => c.Weight * Earned(findings[c.Probe], c.Full)), 0, 1);

    private static double Earned(Finding finding, double full) =>
        finding.Outcome != Outcome.True ? 0 : finding.Amount is { } amount ? Math.Clamp(amount / full, 0, 1) : 1;
}
