using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Findings;
using Acme.Registry.Scoring.Weights;

namespace Acme.Registry.Scoring.RampUpTime;

/// <summary>How fast could a new person use it: what the card explains, and what is there to load.</summary>
public sealed class RampUpTimeMetric : IMetric
{
    private static readonly string[] Tokenizers =
    [
        "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "vocab.txt", "vocab.json", "spiece.model", "sentencepiece.bpe.model",
        "preprocessor_config.json", "processor_config.json", "feature_extractor_config.json",
    ];

    private static readonly string[] InstallCommands = ["pip install", "conda install", "uv add", "npm install", "apt install", "apt-get install", "brew install"];

    /// <summary>What earns the score. Prose counts in words: 300 fill a page.</summary>
    public static Checklist Checklist { get; } = new(
        new("prose", 0.15, Full: 300),
        new("usage_section", 0.15),
        new("install_instructions", 0.10),
        new("runnable_snippet", 0.20),
        new("limits_section", 0.10),
        new("pipeline_tag", 0.10),
        new("configuration", 0.10),
        new("preprocessing", 0.10));

    /// <inheritdoc/>
    public string Name => "ramp_up_time";

    /// <inheritdoc/>
    public IReadOnlyList<string> Probes => Checklist.Probes;

    /// <inheritdoc/>
    public MetricScore Evaluate(MetricFindings findings) => Checklist.Score(findings);

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Ask(RatedModel model) =>
    [
        Prose(model),
        Section(model, "usage_section", "how to use it", "Add a section \"How to use\".", "usage", "how to", "direct use", "getting started", "get started", "quick start", "quickstart", "example", "inference"),
        Install(model),
        Snippet(model),
        Section(model, "limits_section", "what it is not good for", "Add a section \"Limitations\".", "limit", "bias", "out-of-scope", "out of scope", "intended use", "risk", "caveat"),
        PipelineTag(model),
        Configuration(model.Facts),
        Preprocessing(model.Facts),
    ];

    private static Finding Prose(RatedModel model) => model.Card.Words switch
    {
        0 => Finding.False("prose", "There is no card, or it has no prose.", "Add a README.md that says what the model is for."),
        var words => Finding.True("prose", $"The card has {words} words of prose.", words, new Evidence(model.Facts.Card!.Path, Value: $"{words} words")),
    };

    private static Finding Section(RatedModel model, string probe, string what, string remediation, params string[] words) =>
        model.Card.Section(words) is { } section
            ? Finding.True(probe, $"A section says {what}.", null, model.InCard(section.Line, section.Heading))
            : Finding.False(probe, $"No section says {what}.", remediation);

    private static Finding Install(RatedModel model)
    {
        if (model.Card.Section("install", "requirements", "dependencies", "setup") is { } section)
        {
            return Finding.True("install_instructions", "A section says what to install.", null, model.InCard(section.Line, section.Heading));
        }
        var command = model.Card.Code.FirstOrDefault(c => HasInstall(c.Text));
        return command is not null
            ? Finding.True("install_instructions", "A code block says what to install.", null, model.InCard(command.Line, command.Text))
            : Finding.False("install_instructions", "Nothing says what must be installed first.", "Add the install command, such as \"pip install transformers\".");
    }

    private static bool HasInstall(string code) => InstallCommands.Any(c => code.Contains(c, StringComparison.Ordinal));

    private static Finding Snippet(RatedModel model)
    {
        var snippet = model.Card.Code.FirstOrDefault(c => c.Text.AsSpan().Trim().Count('\n') >= 1 && !IsCitation(c));
        return snippet is not null
            ? Finding.True("runnable_snippet", "The card shows code to start from.", null, model.InCard(snippet.Line, snippet.Text))
            : Finding.False("runnable_snippet", "The card shows no code to start from.", "Add a fenced code block of two or more lines that loads and runs the model.");
    }

    private static bool IsCitation(CodeBlock block) => block.Language is "bibtex" or "bib" or "latex" or "tex" || block.Text.AsSpan().TrimStart().StartsWith("@");

    private static Finding PipelineTag(RatedModel model)
    {
        if (model.FrontMatter.PipelineTag is { } tag) return Finding.True("pipeline_tag", $"The metadata says what task it is for: {tag}.", null, model.InFrontMatter("pipeline_tag", tag));
        return model.Facts.Hub is { PipelineTag: { } stated } hub
            ? Finding.True("pipeline_tag", $"Its hub says what task it is for: {stated}.", null, new Evidence(Url: hub.Url, Value: stated))
            : Finding.False("pipeline_tag", "Nothing says what task it is for.", "Set pipeline_tag in the front matter of the card.");
    }

    private static Finding Configuration(ArtifactFacts facts)
    {
        const string probe = "configuration", remediation = "Add the config.json that the library writes with save_pretrained.";
        if (facts.Config is { Problem: { } problem }) return Finding.False(probe, $"config.json cannot be read: {problem}.", remediation, new Evidence("config.json"));
        if ((facts.Config ?? facts.AdapterConfig) is { Problem: null } config) return Finding.True(probe, $"{config.Path} says how to build the model.", null, new Evidence(config.Path, Value: config.ModelType));
        if (facts.Files.Has("model_index.json")) return Finding.True(probe, "model_index.json says how to build the pipeline.", null, new Evidence("model_index.json"));
        return facts.Weights.FirstOrDefault(w => w.Format is WeightFormat.Gguf or WeightFormat.Onnx && w.Problems.Count == 0) is { } selfContained
            ? Finding.True(probe, $"{selfContained.Shown} carries its own configuration.", null, new Evidence(Value: selfContained.Shown))
            : Finding.False(probe, "Nothing says how to build the model.", remediation);
    }

    private static Finding Preprocessing(ArtifactFacts facts)
    {
        var file = facts.Files.Entries.FirstOrDefault(e => Tokenizers.Contains(e.Path[(e.Path.LastIndexOf('/') + 1)..]));
        if (file is not null) return Finding.True("preprocessing", "The tokenizer or preprocessor is there.", null, new Evidence(file.Path));
        return facts.Weights.FirstOrDefault(w => w.Format == WeightFormat.Gguf && w.Problems.Count == 0) is { } gguf
            ? Finding.True("preprocessing", $"{gguf.Shown} carries its own tokenizer.", null, new Evidence(Value: gguf.Shown))
            : Finding.False("preprocessing", "No tokenizer or preprocessor is there.", "Add the files that turn raw input into what the model takes.");
    }
}
