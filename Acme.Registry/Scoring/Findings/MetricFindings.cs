namespace Acme.Registry.Scoring.Findings;

/// <summary>The findings of one metric, complete: every probe that the metric expects, each once, and no other.</summary>
public sealed class MetricFindings
{
    private readonly Dictionary<string, Finding> _byProbe;

    /// <summary>Checks that the findings are those expected.</summary>
    /// <exception cref="MissingFindingsException">One is missing, stands twice or is not expected: there is nothing to score by.</exception>
    public MetricFindings(string metric, IReadOnlyCollection<string> expected, IReadOnlyList<Finding> findings)
    {
        var missing = expected.Except(findings.Select(f => f.Probe)).ToList();
        var foreign = findings.Select(f => f.Probe).Except(expected).ToList();
        if (missing.Count > 0 || foreign.Count > 0 || findings.Count != expected.Count)
        {
            throw new MissingFindingsException($"{metric} expects each of {string.Join(", ", expected)} once; missing: {string.Join(", ", missing)}; unexpected: {string.Join(", ", foreign)}.");
        }
        _byProbe = findings.ToDictionary(f => f.Probe, StringComparer.Ordinal);
        All = findings;
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Finding> All { get; }

    /// <summary>The finding of a probe.</summary>
    public Finding this[string probe] => _byProbe[probe];

    /// <summary>Whether a probe answered yes.</summary>
    public bool IsTrue(string probe) => this[probe].Outcome == Outcome.True;
}

/// <summary>A metric was asked to score without the findings it expects.</summary>
public sealed class MissingFindingsException(string message) : Exception(message);
