using System.Diagnostics;
using System.Globalization;

namespace Acme.Measuring.Servers;

/// <summary>How long a process and its children have computed. Unlike a rate it hardly depends on what else the machine does.</summary>
internal static class ProcessorTime
{
    /// <summary>User and system time of the process and of its children that live, one level down.</summary>
    public static TimeSpan Of(int processId)
    {
        // proc(5): the children of a single-threaded parent, as nginx's master is.
        var children = File.ReadAllText($"/proc/{processId}/task/{processId}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var total = TimeSpan.Zero;
        foreach (var id in children.Select(c => int.Parse(c, CultureInfo.InvariantCulture)).Append(processId))
        {
            using var process = Process.GetProcessById(id);
            total += process.TotalProcessorTime;
        }
        return total;
    }
}
