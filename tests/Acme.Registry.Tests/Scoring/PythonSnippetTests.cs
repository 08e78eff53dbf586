using Acme.Registry.Scoring.Reproducibility;

namespace Acme.Registry.Tests.Scoring;

public sealed class PythonSnippetTests
{
    [Theory]
    [InlineData("x = (1", "'(' is not closed")]
    [InlineData("x = 1)", "')' closes nothing")]
    [InlineData("x = (1]", "']' closes nothing")]
    [InlineData("x = 'a", "string")]
    [InlineData("x = \"\"\"a\n\"\"", "string")]
    [InlineData("x = 'a\\'", "string")]
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
    public void What_is_closed_passes(string code) => Assert.Null(PythonSnippet.Read(code).Problem);

    [Fact]
    public void Imports_and_strings_are_found_in_sessions_too()
    {
        var snippet = PythonSnippet.Read(">>> import torch, numpy as np\n>>> from transformers.models import (\n... X)\n>>> m = X('acme/model')\nOutput [ that is no code\n");

        Assert.Null(snippet.Problem);
        Assert.Equal(["torch", "numpy", "transformers"], snippet.Imports);
        Assert.Equal(["acme/model"], snippet.Strings);
    }
}
