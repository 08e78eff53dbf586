using System.Globalization;
using System.Text.RegularExpressions;

namespace Acme.Infra.Cdk;

/// <summary>The context of a deployment is wrong.</summary>
/// <param name="problems">One sentence for each value, naming its key.</param>
public sealed class ContextException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>One sentence for each value, naming its key.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}

/// <summary>Reads context values, and gathers what is wrong with them so that all is said at once.</summary>
internal sealed class ContextReader(Func<string, object?> find)
{
    private readonly List<string> _problems = [];

    /// <summary>One of an enumeration's words, in lower case.</summary>
    public T Choice<T>(string key, T byDefault)
        where T : struct, Enum
    {
        if (Find(key) is not { } text) return byDefault;
        foreach (var value in Enum.GetValues<T>())
        {
            if (Word(value) == text) return value;
        }
        Refuse($"{key} is '{text}'; it can be: {string.Join(", ", Enum.GetValues<T>().Select(Word))}.");
        return byDefault;
    }

    public string? Text(string key, Regex pattern, string meaning)
    {
        var text = Find(key);
        if (text is not null && !pattern.IsMatch(text)) Refuse($"{key} is '{text}', which is not {meaning}.");
        return text;
    }

    public IReadOnlyList<string> List(string key, Regex pattern, string meaning)
    {
        var items = Find(key)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        foreach (var item in items.Where(i => !pattern.IsMatch(i))) Refuse($"{key} has '{item}'; it takes {meaning}.");
        return items;
    }

    public int Number(string key, int byDefault, int min, int max)
    {
        if (Find(key) is not { } text) return byDefault;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max) return number;
        Refuse($"{key} is '{text}'; it is a whole number from {min} to {max}.");
        return byDefault;
    }

    public int OneOf(string key, int byDefault, params int[] allowed)
    {
        if (Find(key) is not { } text) return byDefault;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && allowed.Contains(number)) return number;
        Refuse($"{key} is '{text}'; it can be: {string.Join(", ", allowed)}.");
        return byDefault;
    }

    public bool Flag(string key, bool byDefault)
    {
        switch (Find(key))
        {
            case null: return byDefault;
            case "true": return true;
            case "false": return false;
            case var text:
                Refuse($"{key} is '{text}'; it is true or false.");
                return byDefault;
        }
    }

    public (double Min, double Max) Range(string key, (double Min, double Max) byDefault, double min, double max)
    {
        if (Find(key) is not { } text) return byDefault;
        var ends = text.Split('-');
        if (ends.Length == 2
            && double.TryParse(ends[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var low)
            && double.TryParse(ends[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var high)
            && low >= min && low <= high && high <= max)
        {
            return (low, high);
        }
        Refuse(string.Create(CultureInfo.InvariantCulture, $"{key} is '{text}'; it is the smallest and the largest, from {min} to {max}, such as {byDefault.Min}-{byDefault.Max}."));
        return byDefault;
    }

    public void Refuse(string problem) => _problems.Add(problem);

    /// <exception cref="ContextException">Something was refused.</exception>
    public void ThrowIfWrong()
    {
        if (_problems.Count > 0) throw new ContextException(_problems);
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    // Values are texts from the command line and JSON values from cdk.json; an empty one, as a workflow passes for an unset variable, is none.
    private string? Find(string key) => Convert.ToString(find(key), CultureInfo.InvariantCulture) switch
    {
        null or "" => null,
        "True" => "true",
        "False" => "false",
        var text => text,
    };
}
