using System.Globalization;
using System.Net;
using System.Text;

namespace Acme.LoadTest.Results;

/// <summary>Charts as SVG elements. Each stands beside a table with the same figures, so its name is all that must be read out.</summary>
internal static class Charts
{
    private const int Width = 720;
    private const int Labels = 220;
    private const int BarHeight = 22;
    private const int LineHeight = 140;

    /// <summary>A bar for each value, with the value behind it.</summary>
    public static string Bars(string title, IReadOnlyList<(string Name, double Value)> values)
    {
        var most = Math.Max(values.Max(v => v.Value), double.Epsilon);
        var svg = Begin(title, values.Count * (BarHeight + 6));
        for (var i = 0; i < values.Count; i++)
        {
            var (name, value) = values[i];
            var (y, width) = (i * (BarHeight + 6), value / most * (Width - Labels - 80));
            svg.Append(CultureInfo.InvariantCulture, $"""
                <text x="0" y="{y + 16}">{WebUtility.HtmlEncode(name)}</text><rect x="{Labels}" y="{y}" width="{width:0.0}" height="{BarHeight}"/><text x="{Labels + width + 6:0.0}" y="{y + 16}">{value:0.#}</text>

                """);
        }
        return svg.Append("</svg></figure>\n").ToString();
    }

    /// <summary>Values by second. Seconds without one are bridged.</summary>
    public static string Line(string title, IReadOnlyList<(int Second, double Value)> points)
    {
        if (points.Count < 2) return "";
        var (most, last) = (Math.Max(points.Max(p => p.Value), double.Epsilon), (double)points[^1].Second);
        var svg = Begin(title, LineHeight + 20);
        svg.Append(CultureInfo.InvariantCulture, $"""
            <line class="axis" x1="60" y1="{LineHeight}" x2="{Width}" y2="{LineHeight}"/><text x="0" y="12">{most:0.#}</text><text x="0" y="{LineHeight}">0</text><text x="{Width - 40}" y="{LineHeight + 16}">{last:0} s</text>

            """);
        var line = points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{60 + (p.Second / last * (Width - 60)):0.0},{LineHeight - (p.Value / most * (LineHeight - 10)):0.0}"));
        return svg.Append($"<polyline points=\"{string.Join(' ', line)}\"/>\n</svg></figure>\n").ToString();
    }

    private static StringBuilder Begin(string title, int height) => new StringBuilder()
        .Append($"<figure><figcaption>{WebUtility.HtmlEncode(title)}</figcaption>")
        .Append(CultureInfo.InvariantCulture, $"<svg role=\"img\" aria-label=\"{WebUtility.HtmlEncode(title)}\" width=\"{Width}\" height=\"{height}\" viewBox=\"0 0 {Width} {height}\">\n");
}
