using System.Globalization;
using System.Text;

namespace Acme.Web.Charts;

/// <summary>One measure in a chart.</summary>
/// <param name="Name">What it is, for the legend and the table.</param>
/// <param name="Points">A value per minute in which something was measured, oldest first.</param>
public sealed record ChartLine(string Name, IReadOnlyList<(DateTime Minute, double Value)> Points);

/// <summary>Turns measures into SVG paths in a plot of 100 by 100 units, which the page stretches.</summary>
internal static class ChartPaths
{
    /// <summary>A path that breaks where nothing was measured. A minute on its own is a dot.</summary>
    /// <param name="line">What to draw.</param>
    /// <param name="from">The minute at the left edge.</param>
    /// <param name="minutes">Minutes from edge to edge.</param>
    /// <param name="top">The value at the upper edge; the lower one is zero.</param>
    public static string Of(ChartLine line, DateTime from, int minutes, double top)
    {
        var path = new StringBuilder();
        DateTime? last = null;
        foreach (var (minute, value) in line.Points)
        {
            var joined = last is { } previous && (minute - previous).TotalMinutes <= 1.5;
            path.Append(CultureInfo.InvariantCulture, $"{(joined ? 'L' : 'M')}{X(minute, from, minutes):0.##} {Y(value, top):0.##}");
            // A line of no length is drawn as a dot by its round ends.
            if (!joined) path.Append("h0");
            last = minute;
        }
        return path.ToString();
    }

    /// <summary>A round number at or above the value, so that the scale can be read.</summary>
    public static double NiceTop(double value)
    {
        if (value <= 0) return 1;
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return new[] { 1, 2, 2.5, 5, 10 }.Select(step => step * magnitude).First(top => top >= value * 0.9999);
    }

    private static double X(DateTime minute, DateTime from, int minutes) => Math.Clamp((minute - from).TotalMinutes / Math.Max(1, minutes) * 100, 0, 100);

    private static double Y(double value, double top) => 100 - Math.Clamp(value / top, 0, 1) * 100;
}
