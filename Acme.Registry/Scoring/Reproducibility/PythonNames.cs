namespace Acme.Registry.Scoring.Reproducibility;

/// <summary>The names that code uses and those it defines, wherever in it; attributes, keyword arguments and built-in names are neither.</summary>
/// <param name="Used">Names whose value is asked for.</param>
/// <param name="Defined">Names that get one: by import, assignment, loop, function, class and the like.</param>
/// <param name="DefinesAnything">Whether it imports everything from a module, so that nobody can tell what is defined.</param>
public sealed record PythonNames(IReadOnlySet<string> Used, IReadOnlySet<string> Defined, bool DefinesAnything)
{
    /// <summary>How far back a name is looked at, in tokens.</summary>
    private const int MaxLookBack = 100;

    private static readonly HashSet<string> BuiltIn =
    [
        "abs", "aiter", "all", "anext", "any", "ascii", "bin", "bool", "breakpoint", "bytearray", "bytes", "callable", "chr", "classmethod", "compile", "complex",
        "delattr", "dict", "dir", "display", "divmod", "enumerate", "eval", "exec", "exit", "filter", "float", "format", "frozenset", "getattr", "globals", "hasattr",
        "hash", "help", "hex", "id", "input", "int", "isinstance", "issubclass", "iter", "len", "list", "locals", "map", "max", "memoryview", "min", "next", "object",
        "oct", "open", "ord", "pow", "print", "property", "quit", "range", "repr", "reversed", "round", "set", "setattr", "slice", "sorted", "staticmethod", "str", "sum",
        "super", "tuple", "type", "vars", "zip", "self", "cls", "__name__", "__file__", "_", "Exception", "ValueError", "TypeError", "KeyError", "IndexError",
        "RuntimeError", "ImportError", "OSError", "IOError", "FileNotFoundError", "AttributeError", "AssertionError", "StopIteration", "NotImplementedError",
        "KeyboardInterrupt", "BaseException", "NotImplemented", "Ellipsis", "__import__",
    ];

    /// <summary>Names that it uses although neither it nor what comes before it defines them.</summary>
    public IReadOnlyList<string> Undefined(IReadOnlySet<string> before) =>
        DefinesAnything ? [] : [.. Used.Where(n => !Defined.Contains(n) && !before.Contains(n))];

    internal static PythonNames Of(IReadOnlyList<PythonLine> lines)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        var defined = new HashSet<string>(StringComparer.Ordinal);
        var definesAnything = false;
        foreach (var line in lines)
        {
            if (line.Tokens[0].Text is "import" or "from")
            {
                definesAnything |= line.Tokens[^1].Text == "*";
                Imported(line.Tokens, defined);
            }
            else
            {
                Read(line.Tokens, used, defined);
            }
        }
        return new(used, defined, definesAnything);
    }

    /// <summary><c>import a.b as c, d</c> defines c and d; <c>from m import x as y, z</c> defines y and z.</summary>
    private static void Imported(IReadOnlyList<PythonToken> tokens, HashSet<string> defined)
    {
        var names = tokens.Skip(tokens[0].Text == "from" ? tokens.TakeWhile(t => t.Text != "import").Count() : 0).Skip(1).Where(t => t.Text is not ("(" or ")")).ToList();
        var start = 0;
        for (var i = 0; i <= names.Count; i++)
        {
            if (i < names.Count && names[i].Text != ",") continue;
            if (i > start) defined.Add(names[start..i].Any(t => t.Text == "as") ? names[i - 1].Text : names[start].Text);
            start = i + 1;
        }
    }

    private static void Read(IReadOnlyList<PythonToken> tokens, HashSet<string> used, HashSet<string> defined)
    {
        var lastAssignment = LastAssignment(tokens);
        var isDefinition = tokens.Take(2).Any(t => t.Text is "def" or "class");
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (!token.IsName || PythonLines.Keywords.Contains(token.Text) || (i > 0 && tokens[i - 1].Text == ".")) continue;
            var next = i + 1 < tokens.Count ? tokens[i + 1].Text : "";
            var after = i + 2 < tokens.Count ? tokens[i + 2].Text : "";
            var isAssigned = next == "=" && after != "=";
            if (isDefinition || IsBound(tokens, i) || (i < lastAssignment && next is not ("." or "(" or "[") && IsTarget(tokens, i)) || (next == ":" && after == "=")) defined.Add(token.Text);
            else if (!(isAssigned && token.Depth > 0) && !BuiltIn.Contains(token.Text)) used.Add(token.Text);
        }
    }

    /// <summary>Index of the last <c>=</c> outside of brackets that assigns; -1 without one.</summary>
    private static int LastAssignment(IReadOnlyList<PythonToken> tokens)
    {
        for (var i = tokens.Count - 1; i > 0; i--)
        {
            if (tokens[i] is not { Text: "=", Depth: 0 }) continue;
            var isComparison = tokens[i - 1].Text is "=" or "!" or "<" or ">" || (i + 1 < tokens.Count && tokens[i + 1].Text == "=");
            if (!isComparison) return i;
        }
        return -1;
    }

    /// <summary>Whether a name left of an assignment stands alone or in a tuple or list of targets, rather than in a call or an index.</summary>
    private static bool IsTarget(IReadOnlyList<PythonToken> tokens, int index)
    {
        var depth = tokens[index].Depth;
        for (var i = index - 1; i >= 0 && depth > 0 && index - i <= MaxLookBack; i--)
        {
            if (tokens[i].Depth >= depth || tokens[i].Text is not ("(" or "[" or "{")) continue;
            if (i > 0 && (tokens[i - 1].IsName || tokens[i - 1].Text is ")" or "]")) return false;
            depth = tokens[i].Depth;
        }
        return depth == 0;
    }

    /// <summary>Whether <c>for</c>, <c>as</c>, <c>lambda</c>, <c>global</c> or <c>nonlocal</c> binds the name at an index.</summary>
    private static bool IsBound(IReadOnlyList<PythonToken> tokens, int index)
    {
        for (var i = index - 1; i >= 0 && index - i <= MaxLookBack; i--)
        {
            switch (tokens[i].Text)
            {
                case "for" or "lambda" or "global" or "nonlocal":
                    return true;
                case "as":
                    return i == index - 1 || tokens[i + 1].Text == "(";
                case "in" or ":" or "=" or "." or "[" or "{":
                    return false;
                case var text when PythonLines.Keywords.Contains(text):
                    return false;
            }
        }
        return false;
    }
}
