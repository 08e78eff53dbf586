using System.Text;
using System.Text.RegularExpressions;

namespace Acme.Registry.Scoring.Reproducibility;

/// <summary>
/// A look at Python code without running it: whether strings, brackets and indentation are right, what it imports, which names it uses
/// and defines, which texts it holds. A small lexer, not a parser; what passes here may still be wrong.
/// </summary>
public sealed class PythonSnippet
{
    private static readonly Regex Import = new(@"^\s*(from\s+([\w.]+)\s+import\b|import\s+([\w., ]+))", RegexOptions.Multiline);

    private PythonSnippet(string source, string? problem, PythonNames names, IReadOnlyList<string> imports, IReadOnlyList<string> strings)
    {
        Source = source;
        Problem = problem;
        Names = names;
        Imports = imports;
        Strings = strings;
    }

    /// <summary>The statements alone, as an interpreter takes them.</summary>
    public string Source { get; }

    /// <summary>Why it cannot be run as it stands, where that shows.</summary>
    public string? Problem { get; }

    /// <summary>The names it uses and defines.</summary>
    public PythonNames Names { get; }

    /// <summary>Top-level names of the modules it imports.</summary>
    public IReadOnlyList<string> Imports { get; }

    /// <summary>The text of its string literals.</summary>
    public IReadOnlyList<string> Strings { get; }

    /// <summary>Looks at the code. Prompts of an interactive session are taken off, and lines for the shell (<c>!pip ...</c>) passed over.</summary>
    public static PythonSnippet Read(string code)
    {
        var source = WithoutPrompts(code);
        var strings = new List<string>();
        var bare = new StringBuilder(source.Length);
        var problem = Lex(source, strings, bare);
        var lines = problem is null ? PythonLines.Of(bare.ToString()) : [];
        problem ??= PythonLines.Problem(lines);
        if (problem is null && bare.ToString().AsSpan().Trim().Length == 0) problem = "it holds no statement";
        var imports = Import.Matches(bare.ToString())
            .SelectMany(m => m.Groups[2].Success ? [m.Groups[2].Value] : m.Groups[3].Value.Split(','))
            .Select(name => name.Trim().Split('.', ' ')[0])
            .Where(name => name.Length > 0)
            .Distinct()
            .ToList();
        return new(source, problem, PythonNames.Of(lines), imports, strings);
    }

    private static string WithoutPrompts(string code)
    {
        var lines = code.Split('\n');
        if (lines.Any(IsPrompt)) lines = [.. lines.Select(l => l.TrimStart()).Where(l => IsPrompt(l) || l.StartsWith("... ", StringComparison.Ordinal)).Select(l => l[4..])];
        return string.Join('\n', lines.Where(l => !l.TrimStart().StartsWith('!') && !l.TrimStart().StartsWith('%')));

        static bool IsPrompt(string line) => line.TrimStart().StartsWith(">>> ", StringComparison.Ordinal);
    }

    private static string? Lex(string source, List<string> strings, StringBuilder bare)
    {
        var open = new Stack<char>();
        for (var i = 0; i < source.Length; i++)
        {
            var c = source[i];
            if (c == '#')
            {
                while (i + 1 < source.Length && source[i + 1] != '\n') i++;
            }
            else if (c is '"' or '\'')
            {
                var end = EndOfString(source, i, out var text);
                if (end < 0) return "a string is not closed";
                strings.Add(text);
                bare.Append("\"\"");
                i = end;
            }
            else
            {
                bare.Append(c);
                if (c is '(' or '[' or '{') open.Push(c);
                else if (c is ')' or ']' or '}' && (!open.TryPop(out var opening) || !Fits(opening, c))) return $"a '{c}' closes nothing";
            }
        }
        return open.TryPeek(out var unclosed) ? $"a '{unclosed}' is not closed" : null;
    }

    private static bool Fits(char open, char close) => (open, close) is ('(', ')') or ('[', ']') or ('{', '}');

    /// <summary>Index of the last quote of the literal that begins at <paramref name="start"/>, or -1.</summary>
    private static int EndOfString(string source, int start, out string text)
    {
        var quote = source[start];
        var isTriple = start + 2 < source.Length && source[start + 1] == quote && source[start + 2] == quote;
        var width = isTriple ? 3 : 1;
        for (var i = start + width; i < source.Length; i++)
        {
            if (source[i] == '\\') i++;
            else if (source[i] == '\n' && !isTriple) break;
            else if (source[i] == quote && (!isTriple || (i + 2 < source.Length && source[i + 1] == quote && source[i + 2] == quote)))
            {
                text = source[(start + width)..i];
                return i + width - 1;
            }
        }
        text = "";
        return -1;
    }
}
