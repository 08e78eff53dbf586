using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring.Reproducibility;

/// <summary>
/// Does the card's demo code run: 0 no code or hopeless, 0.5 with repair, 1 unchanged. Nothing is run here; static checks earn up
/// to a half, and only a run can earn more.
/// </summary>
public sealed class ReproducibilityMetric : IMetric
{
    /// <summary>What someone installs for a library name, and imports.</summary>
    private static readonly Dictionary<string, string[]> Imports = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sentence-transformers"] = ["sentence_transformers"], ["pytorch"] = ["torch"], ["scikit-learn"] = ["sklearn"], ["sklearn"] = ["sklearn"],
        ["open_clip"] = ["open_clip"], ["ultralytics"] = ["ultralytics"], ["keras"] = ["keras", "tensorflow"], ["tf-keras"] = ["tf_keras", "tensorflow"],
        ["peft"] = ["peft", "transformers"], ["llama.cpp"] = ["llama_cpp"], ["gguf"] = ["llama_cpp"],
    };

    /// <inheritdoc/>
    public string Name => "reproducibility";

    /// <inheritdoc/>
    public IReadOnlyList<string> Probes { get; } = ["demo_present", "demo_parses", "demo_names_model", "demo_imports", "demo_ran"];

    /// <summary>
    /// 1 where the demo ran unchanged. Else, where it is there and parses, half of (0.4 + 0.4 for naming the model + 0.2 for
    /// importing its library); 0 where it is missing or does not parse.
    /// </summary>
    public MetricScore Evaluate(MetricFindings findings)
    {
        if (!findings.IsTrue("demo_present")) return 0;
        if (findings.IsTrue("demo_ran")) return 1;
        if (!findings.IsTrue("demo_parses")) return 0;
        return 0.5 * (0.4 + (findings.IsTrue("demo_names_model") ? 0.4 : 0) + (findings.IsTrue("demo_imports") ? 0.2 : 0));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Ask(RatedModel model)
    {
        var blocks = model.Card.Code.Where(IsPython).ToList();
        var ran = Finding.NotLearnt("demo_ran", "Nothing was run: this registry has no runner for demo code. Static checks alone earn at most 0.5.", "Have the demo run by a registry with a runner.");
        if (blocks.Count == 0)
        {
            const string why = "The card has no Python code.";
            const string remediation = "Add a fenced Python block that loads this model and runs it once.";
            return [.. Probes.Where(p => p != ran.Probe).Select(p => Finding.False(p, why, remediation)), ran];
        }
        // Blocks of a card build on each other; a broken one does not spoil those that stand alone.
        var read = blocks.Select(b => (Block: b, Snippet: PythonSnippet.Read(b.Text))).ToList();
        var whole = read.Where(r => r.Snippet.Problem is null).ToList();
        return
        [
            Finding.True("demo_present", $"The card has {blocks.Count} blocks of Python.", null, [.. blocks.Select(b => model.InCard(b.Line, b.Text))]),
            whole.Count > 0
                ? Finding.True("demo_parses", "Strings and brackets of the demo close.", null, [.. whole.Select(r => model.InCard(r.Block.Line, r.Block.Text))])
                : Finding.False("demo_parses", $"The demo does not parse: {read[0].Snippet.Problem}.", "Mend the code block.", [.. read.Select(r => model.InCard(r.Block.Line, r.Snippet.Problem!))]),
            NamesModel(model, whole),
            ImportsLibrary(model, whole),
            ran,
        ];
    }

    private static bool IsPython(CodeBlock block) =>
        block.Language is "python" or "py" or "python3" or "pycon" or "ipython"
        || (block.Language.Length == 0 && block.Text.Split('\n').Any(l => l.StartsWith("import ", StringComparison.Ordinal) || (l.StartsWith("from ", StringComparison.Ordinal) && l.Contains(" import ", StringComparison.Ordinal))));

    private static Finding NamesModel(RatedModel model, List<(CodeBlock Block, PythonSnippet Snippet)> snippets)
    {
        var names = Names(model.Facts);
        foreach (var (block, snippet) in snippets)
        {
            var named = snippet.Strings.FirstOrDefault(s => names.Contains(s) || IsOwnPath(model.Facts.Files, s));
            if (named is not null) return Finding.True("demo_names_model", $"The demo loads '{named}'.", null, model.InCard(block.Line, named));
        }
        return Finding.False("demo_names_model", "The demo names neither this model nor one of its files.", $"Load '{names.First()}' in the demo.");
    }

    /// <summary>By which names code may load the model: its name, and owner and name from its URL.</summary>
    private static HashSet<string> Names(ArtifactFacts facts)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { facts.Name };
        if (!Uri.TryCreate(facts.Url, UriKind.Absolute, out var url)) return names;
        var segments = url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length >= 2) names.Add($"{segments[0]}/{segments[1]}");
        return names;
    }

    private static bool IsOwnPath(FileFacts files, string text) =>
        text is "." or "./" || (text.Length > 2 && (files.Has(text.StartsWith("./", StringComparison.Ordinal) ? text[2..] : text)));

    private static Finding ImportsLibrary(RatedModel model, List<(CodeBlock Block, PythonSnippet Snippet)> snippets)
    {
        const string probe = "demo_imports";
        var imports = snippets.SelectMany(s => s.Snippet.Imports).Distinct().ToList();
        var evidence = imports.Select(i => new Evidence(model.Facts.Card?.Path, Value: $"import {i}")).ToList();
        if (model.FrontMatter.LibraryName is not { } library)
        {
            return Finding.NotLearnt(probe, "The card does not say which library loads the model.", "Set library_name in the front matter of the card.", evidence);
        }
        var expected = Imports.GetValueOrDefault(library) ?? [library.Replace('-', '_').ToLowerInvariant()];
        return imports.Intersect(expected, StringComparer.OrdinalIgnoreCase).Any()
            ? Finding.True(probe, $"The demo imports {library}.", null, evidence)
            : Finding.False(probe, $"The demo does not import {library}, which the card says loads the model.", $"Import {expected[0]} in the demo.", evidence);
    }
}
