using System.Globalization;

namespace Acme.Measuring.Servers;

/// <summary>The resident set of another process, from <c>/proc/&lt;pid&gt;/status</c> (proc(5)), in megabytes of 10^6 bytes.</summary>
internal static class ResidentSet
{
    /// <summary>Now.</summary>
    public static double Current(int processId) => Read(processId, "VmRSS:");

    /// <summary>The most it ever was, as the kernel keeps it.</summary>
    public static double Peak(int processId) => Read(processId, "VmHWM:");

    private static double Read(int processId, string field)
    {
        const NumberStyles spaces = NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        var line = File.ReadLines($"/proc/{processId}/status").FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal));
        // A process that has just ended has no such line; whoever speaks to it will say so.
        return line is null ? 0 : long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), spaces, CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
