using System.ComponentModel.DataAnnotations;

namespace Acme.Registry.Jobs;

/// <summary>How background work is held (section <c>Jobs</c>).</summary>
public sealed class JobOptions
{
    /// <summary>
    /// How long after a process died another one takes its jobs up. Renewed every third of it, so that a process that merely pauses for
    /// less keeps its jobs. Default: one minute.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(1);
}
