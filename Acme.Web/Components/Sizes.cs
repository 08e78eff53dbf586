using System.Globalization;

namespace Acme.Web.Components;

/// <summary>Numbers of bytes for people.</summary>
internal static class Sizes
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>Three significant digits in decimal units, as disks and networks are sold: <c>24.8 MB</c>.</summary>
    public static string Human(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        while (value >= 999.5 && unit < Units.Length - 1) (value, unit) = (value / 1000, unit + 1);
        var format = unit == 0 || value >= 99.95 ? "0" : value >= 9.995 ? "0.0" : "0.00";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}";
    }
}
