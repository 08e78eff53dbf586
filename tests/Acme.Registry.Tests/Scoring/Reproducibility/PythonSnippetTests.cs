using Acme.Registry.Scoring.Reproducibility;

namespace Acme.Registry.Tests.Scoring.Reproducibility;

public sealed class PythonSnippetTests
{
    [Theory]
    [InlineData("x = (1", "'(' is not closed")]
    [InlineData("x = 1)", "')' closes nothing")]
    [InlineData("x = (1]", "']' closes nothing")]
    [InlineData("x = 'a", "string")]
    [InlineData("x = \"\"\"a\n\"\"", "string")]
    [InlineData("x = 'a\\'", "string")]
    [InlineData("def f():\nx = 1", "no body")]
    [InlineData("if x:", "no body")]
    [InlineData("x = 1\n    y = 2", "indented for no reason")]
    [InlineData("if x:\n        y = 1\n    z = 2", "fits no other")]
    [InlineData("pip install transformers", "'pip install' is no Python")]
    [InlineData("print \"hello\"", "is no Python")]
    [InlineData("# only words", "no statement")]
    [InlineData("!pip install x", "no statement")]
    public void What_cannot_run_is_told(string code, string problem) => Assert.Contains(problem, PythonSnippet.Read(code).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("x = '(' # )")]
    [InlineData("x = \"\"\"a ' \" ) \n b\"\"\"")]
    [InlineData("x = 'a\\'b'")]
    [InlineData("x = ''")]
    [InlineData("x = \"\"")]
    [InlineData("f({'a': [1, (2, 3)]})")]
    [InlineData("  import x\n  x.run(\na,\n      b)\n  for i in x:\n\n    # first\n    i()\n  else:\n    pass")]
    [InlineData("match x:\n    case 1:\n        y = rf'{z}' if not x else 1.5e3")]
    [InlineData("x = 1 + \\\n    2")]
    public void What_is_closed_passes(string code) => Assert.Null(PythonSnippet.Read(code).Problem);

    [Fact]
    public void Imports_and_strings_are_found_in_sessions_too()
    {
        var snippet = PythonSnippet.Read(">>> import torch, numpy as np\n>>> from transformers.models import (\n... X)\n>>> m = X('acme/model')\nOutput [ that is no code\n");

        Assert.Null(snippet.Problem);
        Assert.Equal(["torch", "numpy", "transformers"], snippet.Imports);
        Assert.Equal(["acme/model"], snippet.Strings);
    }

    [Theory]
    [InlineData("from a import b as c, d\nimport e.f, g as h\nc(d, e.x, h, key=1)", "")]
    [InlineData("model.generate(inputs)", "inputs model")]
    [InlineData("x, (y, z) = f()\nw: int = x[y]", "f")]
    [InlineData("for a, b in pairs:\n    print(a, [c.d for c in b])", "pairs")]
    [InlineData("with open(p) as f, torch.no_grad():\n    f.read()", "p torch")]
    [InlineData("def g(a, *args, k=None):\n    return a, args, k\nclass C(B):\n    pass\nC(g)", "")]
    [InlineData("h = lambda q: q + r\nif (n := h(1)) == 2:\n    n", "r")]
    [InlineData("a.b = c\na[d] = 1\ne == 2", "a c d e")]
    [InlineData("from m import *\nanything(goes)", "")]
    [InlineData("try:\n    x = 1\nexcept ValueError as e:\n    print(e, f\"{x}\")", "")]
    public void Names_that_nothing_defines_are_told(string code, string undefined)
    {
        var snippet = PythonSnippet.Read(code);

        Assert.Null(snippet.Problem);
        Assert.Equal(undefined, string.Join(' ', snippet.Names.Undefined(new HashSet<string>()).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Names_that_come_before_are_defined() =>
        Assert.Empty(PythonSnippet.Read("model(x)").Names.Undefined(new HashSet<string> { "model", "x" }));

    [Fact]
    public void Hostile_code_is_read_in_linear_time_and_never_throws()
    {
        var random = new Random(11);
        string[] pieces = ["(", ")", "[", "]", "for ", "in ", "as ", "=", ":", "\n", "    ", "\"", "'", "x", ".", "import ", "from ", "lambda ", "\\", "é", "1.5"];
        for (var i = 0; i < 500; i++) PythonSnippet.Read(string.Concat(Enumerable.Range(0, 60).Select(_ => pieces[random.Next(pieces.Length)])));

        Assert.Null(PythonSnippet.Read("x" + string.Concat(Enumerable.Repeat(" + x", 20_000))).Problem);
        Assert.NotNull(PythonSnippet.Read(new string('(', 100_000)).Problem);
    }
}
