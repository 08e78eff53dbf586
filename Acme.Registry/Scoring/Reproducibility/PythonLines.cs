namespace Acme.Registry.Scoring.Reproducibility;

/// <summary>A logical line of Python: what brackets and backslashes join is one.</summary>
/// <param name="Indent">Columns before it; a tab is eight.</param>
/// <param name="Tokens">Its names, numbers and marks, in order; strings are <c>""</c>.</param>
internal sealed record PythonLine(int Indent, IReadOnlyList<PythonToken> Tokens);

/// <summary>A name, a number, <c>""</c> for a string, or one mark.</summary>
/// <param name="Text">As written.</param>
/// <param name="Depth">Brackets that are open around it.</param>
internal sealed record PythonToken(string Text, int Depth)
{
    public bool IsName => char.IsLetter(Text[0]) || Text[0] == '_';
}

/// <summary>Takes code, whose comments are gone and whose strings are empty, apart into lines and tokens.</summary>
internal static class PythonLines
{
    public static readonly HashSet<string> Keywords =
    [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally",
        "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ];

    private static readonly HashSet<string> SoftKeywords = ["match", "case", "type"];

    public static IReadOnlyList<PythonLine> Of(string bare)
    {
        var lines = new List<PythonLine>();
        var tokens = new List<PythonToken>();
        int depth = 0, indent = 0;
        var isAtStart = true;
        for (var i = 0; i < bare.Length; i++)
        {
            var c = bare[i];
            if (c == '\n')
            {
                if (depth > 0) continue;
                Close();
            }
            else if (c == '\\' && i + 1 < bare.Length && bare[i + 1] == '\n')
            {
                i++;
            }
            else if (char.IsWhiteSpace(c))
            {
                if (isAtStart) indent += c == '\t' ? 8 : 1;
            }
            else
            {
                isAtStart = false;
                if (c is ')' or ']' or '}') depth--;
                var end = End(bare, i);
                // Letters right before a string say what kind of string it is.
                var isPrefix = end < bare.Length && bare[end] == '"' && end - i <= 2 && char.IsLetter(c);
                if (!isPrefix) tokens.Add(new(bare[i..end], depth));
                if (c is '(' or '[' or '{') depth++;
                i = end - 1;
            }
        }
        Close();
        return lines;

        void Close()
        {
            if (tokens.Count > 0) lines.Add(new(indent, tokens));
            tokens = [];
            indent = 0;
            isAtStart = true;
        }
    }

    /// <summary>What is wrong with indentation, or plainly no Python; nothing where nothing shows.</summary>
    public static string? Problem(IReadOnlyList<PythonLine> lines)
    {
        if (lines.Count == 0) return null;
        // Cards sometimes indent a whole block.
        var levels = new Stack<int>([lines[0].Indent]);
        var opens = false;
        foreach (var line in lines)
        {
            if (opens && line.Indent <= levels.Peek()) return "a block has no body";
            if (opens) levels.Push(line.Indent);
            else if (line.Indent > levels.Peek()) return "a line is indented for no reason";
            while (levels.Count > 1 && levels.Peek() > line.Indent) levels.Pop();
            if (levels.Peek() != line.Indent) return "the indentation of a line fits no other";
            opens = line.Tokens[^1].Text == ":";
            if (Adjacent(line) is var (first, second)) return $"'{first} {second}' is no Python";
        }
        return opens ? "a block has no body" : null;
    }

    /// <summary>Two names, or a name and a string, with nothing between them.</summary>
    private static (string, string)? Adjacent(PythonLine line)
    {
        for (var i = 1; i < line.Tokens.Count; i++)
        {
            var (first, second) = (line.Tokens[i - 1], line.Tokens[i]);
            if (first.IsName && !Keywords.Contains(first.Text) && !(i == 1 && SoftKeywords.Contains(first.Text))
                && ((second.IsName && !Keywords.Contains(second.Text)) || second.Text == "\"\"")) return (first.Text, second.Text);
        }
        return null;
    }

    private static int End(string bare, int start)
    {
        if (bare[start] == '"') return start + 2;
        var i = start;
        while (i < bare.Length && (char.IsLetterOrDigit(bare[i]) || bare[i] == '_' || (bare[i] == '.' && char.IsDigit(bare[start])))) i++;
        return Math.Max(i, start + 1);
    }
}
