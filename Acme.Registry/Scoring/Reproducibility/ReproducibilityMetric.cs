using System.Text.RegularExpressions;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;

namespace Acme.Registry.Scoring.Reproducibility;

/// <summary>
/// Does the card's demo code run: 0 no code or hopeless, 0.5 with repair, 1 unchanged. Static checks earn up to a half; only a run by
/// an <see cref="IReproductionRunner"/> can earn more.
/// </summary>
public sealed partial class ReproducibilityMetric : IMetric
{
    /// <summary>A block of the card, and what the checks say of it after the blocks before it.</summary>
    private sealed record Demo(CodeBlock Block, PythonSnippet Snippet, IReadOnlyList<Finding> Findings)
    {
        public double Share => Findings.Sum(f => f.Outcome == Outcome.True ? Shares[f.Probe] : 0);
    }

    private static readonly string[] WritingCalls = ["save", "write", "to_csv", "to_json", "export", "dump", "\"w", "'w"];

    /// <summary>What each static check of a demo that parses earns of the half that they can earn; parsing itself earns the rest, 0.3.</summary>
    public static IReadOnlyDictionary<string, double> Shares { get; } = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["demo_names_model"] = 0.3, ["demo_imports"] = 0.2, ["demo_names_defined"] = 0.1, ["demo_files_exist"] = 0.1,
    };

    private const double ParsesShare = 0.3;

    /// <inheritdoc/>
    public string Name => "reproducibility";

    /// <inheritdoc/>
    public IReadOnlyList<string> Probes { get; } = ["demo_present", "demo_parses", .. Shares.Keys, "demo_ran"];

    /// <summary>
    /// 1 where the demo loads this model and ran unchanged. Else, where it is there and parses, half of 0.3 and the <see cref="Shares"/> of what else holds;
    /// 0 where it is missing or does not parse.
    /// </summary>
    public MetricScore Evaluate(MetricFindings findings)
    {
        if (!findings.IsTrue("demo_present")) return 0;
        if (!findings.IsTrue("demo_parses")) return 0;
        // Code that runs without this model shows nothing about it.
        if (findings.IsTrue("demo_ran") && findings.IsTrue("demo_names_model")) return 1;
        return 0.5 * Math.Min(1, ParsesShare + Shares.Sum(s => findings.IsTrue(s.Key) ? s.Value : 0));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Ask(RatedModel model)
    {
        var blocks = model.Card.Code.Where(IsPython).ToList();
        var ran = Ran(model.Facts.DemoRun);
        if (blocks.Count == 0)
        {
            const string why = "The card has no Python code.";
            const string remediation = "Add a fenced Python block that loads this model and runs it once.";
            return [.. Probes.Where(p => p != ran.Probe).Select(p => Finding.False(p, why, remediation)), ran];
        }
        var read = blocks.Select(b => (Block: b, Snippet: PythonSnippet.Read(b.Text))).ToList();
        var present = Finding.True("demo_present", $"The card has {blocks.Count} blocks of Python.", null, [.. blocks.Select(b => model.InCard(b.Line, b.Text))]);
        var demos = Demos(model, [.. read.Where(r => r.Snippet.Problem is null)]);
        if (demos.Count == 0)
        {
            const string remediation = "Mend the code block.";
            var problems = read.Select(r => model.InCard(r.Block.Line, r.Snippet.Problem!)).ToList();
            return
            [
                present,
                Finding.False("demo_parses", $"The demo does not parse: {read[0].Snippet.Problem}.", remediation, problems),
                .. Shares.Keys.Select(p => Finding.False(p, "No block of the demo parses.", remediation, problems)),
                ran,
            ];
        }
        // A reader takes the block that works best; a broken one beside it spoils nothing.
        var best = demos.MaxBy(d => d.Share)!;
        return [present, Finding.True("demo_parses", "Strings, brackets and indentation of the demo are right.", null, model.InCard(best.Block.Line, best.Block.Text)), .. best.Findings, ran];
    }

    /// <summary>
    /// What a runner has to run: the code block that does best and names the model, after the blocks before it; null where there is none.
    /// </summary>
    public static IReadOnlyList<string>? DemoOf(ArtifactFacts facts)
    {
        var model = new RatedModel(facts);
        var read = model.Card.Code.Where(IsPython).Select(b => (Block: b, Snippet: PythonSnippet.Read(b.Text))).Where(r => r.Snippet.Problem is null).ToList();
        var best = Demos(model, read).MaxBy(d => d.Share);
        if (best is null || !best.Findings.Any(f => f is { Probe: "demo_names_model", Outcome: Outcome.True })) return null;
        return [.. read.TakeWhile(r => r.Block != best.Block).Select(r => r.Snippet.Source), best.Snippet.Source];
    }

    private static Finding Ran(DemoRun? run)
    {
        const string probe = "demo_ran";
        if (run is null)
            return Finding.NotLearnt(probe, "Nothing was run. Static checks alone earn at most 0.5.", "Have the model rated by a registry that runs demo code (setting Scoring:Reproduction:Enabled).");
        var evidence = new Evidence(Value: run.Output.Length > Evidence.MaxValue ? run.Output[^Evidence.MaxValue..] : run.Output);
        return run.Outcome switch
        {
            DemoOutcome.Succeeded => Finding.True(probe, $"The demo ran to its end: {run.Detail}", null, evidence),
            DemoOutcome.Failed => Finding.False(probe, $"The demo did not run to its end: {run.Detail}", "Mend the demo so that it runs with the model's own files and without a network.", evidence),
            _ => Finding.NotLearnt(probe, $"The demo could not be tried: {run.Detail}", "Have the model rated by a registry whose runner can run it.", evidence),
        };
    }

    /// <summary>Blocks of a card build on each other: what an earlier one defines and imports is there for the later ones.</summary>
    private static List<Demo> Demos(RatedModel model, IReadOnlyList<(CodeBlock Block, PythonSnippet Snippet)> read)
    {
        var declared = Declared(model);
        var defined = new HashSet<string>(StringComparer.Ordinal);
        var imported = new List<string>();
        var demos = new List<Demo>();
        foreach (var (block, snippet) in read)
        {
            imported.AddRange(snippet.Imports);
            demos.Add(new(block, snippet, [NamesModel(model, block, snippet), Imports(model, block, imported, declared), NamesDefined(model, block, snippet, defined), FilesExist(model, block, snippet)]));
            defined.UnionWith(snippet.Names.Defined);
        }
        return demos;
    }

    private static bool IsPython(CodeBlock block) =>
        block.Language is "python" or "py" or "python3" or "pycon" or "ipython"
        || (block.Language.Length == 0 && block.Text.Split('\n').Any(l => l.StartsWith("import ", StringComparison.Ordinal) || (l.StartsWith("from ", StringComparison.Ordinal) && l.Contains(" import ", StringComparison.Ordinal))));

    private static Finding NamesModel(RatedModel model, CodeBlock block, PythonSnippet snippet)
    {
        const string probe = "demo_names_model";
        var names = Names(model.Facts);
        var named = snippet.Strings.FirstOrDefault(s => names.Contains(s) || IsOwnPath(model.Facts.Files, s));
        return named is not null
            ? Finding.True(probe, $"The demo loads '{named}'.", null, model.InCard(block.Line, named))
            : Finding.False(probe, "The demo names neither this model nor one of its files.", $"Load '{names.First()}' in the demo.", model.InCard(block.Line, block.Text));
    }

    /// <summary>By which names code may load the model: its name, and owner and name from its URL.</summary>
    public static IReadOnlySet<string> Names(ArtifactFacts facts)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { facts.Name };
        if (!Uri.TryCreate(facts.Url, UriKind.Absolute, out var url)) return names;
        var segments = url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length >= 2) names.Add($"{segments[0]}/{segments[1]}");
        // Models without an owner are loaded by their name alone.
        if (segments.Length == 1 && url.Scheme is "http" or "https") names.Add(segments[0]);
        return names;
    }

    private static bool IsOwnPath(FileFacts files, string text) =>
        text is "." or "./" || (text.Length > 2 && (files.Has(text.StartsWith("./", StringComparison.Ordinal) ? text[2..] : text)));

    /// <summary>Modules of the library the card or the hub names, of those that install commands name, and the artifact's own.</summary>
    private static HashSet<string> Declared(RatedModel model)
    {
        var libraries = PythonLibraries.Installed(model.Facts.Card?.Text ?? "");
        if (model.LibraryName is { } library) libraries = libraries.Append(library);
        var own = model.Facts.Files.Entries.Where(e => e.Path.EndsWith(".py", StringComparison.Ordinal)).Select(e => e.Path.Split('/')[0]).Select(p => Path.GetFileNameWithoutExtension(p)!);
        return libraries.SelectMany(PythonLibraries.ModulesOf).Concat(own).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    private static Finding Imports(RatedModel model, CodeBlock block, List<string> imports, HashSet<string> declared)
    {
        const string probe = "demo_imports";
        if (imports.Count == 0) return Finding.False(probe, "The demo imports nothing, so nothing can load the model.", "Import the library that loads the model.", model.InCard(block.Line, block.Text));
        var evidence = imports.Distinct().Select(i => model.InCard(block.Line, $"import {i}")).ToList();
        var strangers = imports.Distinct().Where(i => !declared.Contains(i) && !PythonLibraries.IsExpected(i)).ToList();
        return strangers.Count == 0
            ? Finding.True(probe, "Everything the demo imports is declared or well known.", null, evidence)
            : Finding.False(probe, $"Nothing in the card says where {string.Join(", ", strangers)} comes from.", $"Say how to install {strangers[0]}.", evidence);
    }

    private static Finding NamesDefined(RatedModel model, CodeBlock block, PythonSnippet snippet, HashSet<string> before)
    {
        const string probe = "demo_names_defined";
        var undefined = snippet.Names.Undefined(before);
        return undefined.Count == 0
            ? Finding.True(probe, "Every name the demo uses is defined in it or before it.", null, model.InCard(block.Line, block.Text))
            : Finding.False(probe, $"The demo uses names that nothing defines: {string.Join(", ", undefined.Take(5))}.", $"Define {undefined[0]} in the demo.", [.. undefined.Take(5).Select(n => model.InCard(block.Line, n))]);
    }

    private static Finding FilesExist(RatedModel model, CodeBlock block, PythonSnippet snippet)
    {
        const string probe = "demo_files_exist";
        var lines = block.Text.Split('\n');
        var missing = snippet.Strings
            .Where(s => LocalFile().IsMatch(s) && !IsOwnPath(model.Facts.Files, s))
            .FirstOrDefault(s => !lines.Any(l => l.Contains(s, StringComparison.Ordinal) && WritingCalls.Any(w => l.Contains(w, StringComparison.Ordinal))));
        return missing is null
            ? Finding.True(probe, "The demo reads no file that is not among the artifact's.", null, model.InCard(block.Line, block.Text))
            : Finding.False(probe, $"The demo reads '{missing}', which is not among the artifact's files.", $"Add {missing}, or take an input that everyone has.", model.InCard(block.Line, missing));
    }

    [GeneratedRegex(
        @"^(\./)?[\w][\w./-]*\.(wav|mp3|flac|ogg|jpe?g|png|bmp|gif|mp4|txt|json|jsonl|csv|tsv|parquet|ya?ml|pt|pth|bin|safetensors|onnx|gguf|model|npy|npz|pkl|h5|pdf)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LocalFile();
}
