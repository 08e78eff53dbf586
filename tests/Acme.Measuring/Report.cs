namespace Acme.Measuring;

/// <summary>Prints what was measured and remembers which bounds were broken.</summary>
internal sealed class Report(bool quick)
{
    private readonly List<string> _broken = [];

    /// <summary>Whether sizes are to be small. Bounds are then printed, but they say little.</summary>
    public bool Quick { get; } = quick;

    public static void Title(string text)
    {
        Console.WriteLine();
        Console.WriteLine(text);
        Console.WriteLine(new string('-', text.Length));
    }

    public static void Line(string text) => Console.WriteLine(text);

    /// <summary>Prints rows under a header; the first column to the left, the others, which are numbers, to the right.</summary>
    public static void Table(string[] header, IReadOnlyList<string[]> rows)
    {
        var widths = header.Select((title, column) => rows.Select(r => r[column].Length).Append(title.Length).Max()).ToArray();
        foreach (var row in rows.Prepend(header))
            Console.WriteLine(string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))));
    }

    /// <summary>Prints whether a bound holds.</summary>
    public void Bound(string what, bool holds)
    {
        Console.WriteLine($"{(holds ? "held  " : "BROKEN")}  {what}");
        if (!holds) _broken.Add(what);
    }

    /// <summary>Prints what was broken; the exit code of the program.</summary>
    public int Finish()
    {
        Console.WriteLine();
        if (_broken.Count == 0) Console.WriteLine("Every bound is held.");
        foreach (var broken in _broken) Console.WriteLine($"BROKEN  {broken}");
        return _broken.Count == 0 ? 0 : 1;
    }
}
