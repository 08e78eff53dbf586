namespace Acme.Registry.Scoring.Facts;

/// <summary>
/// The fields of a card's metadata that the registry uses, as Hugging Face defines them
/// (<c>https://huggingface.co/docs/hub/model-cards#model-card-metadata</c>). Texts have at most 500 characters, lists 200 items.
/// </summary>
public sealed record FrontMatter
{
    /// <summary>No metadata.</summary>
    public static FrontMatter Empty { get; } = new();

    /// <summary>Licence keys; usually one.</summary>
    public IReadOnlyList<string> License { get; init; } = [];

    /// <summary>The licence's own name, where the key is <c>other</c>.</summary>
    public string? LicenseName { get; init; }

    /// <summary>Where the licence's text is.</summary>
    public string? LicenseLink { get; init; }

    /// <summary>Datasets the model was trained on.</summary>
    public IReadOnlyList<string> Datasets { get; init; } = [];

    /// <summary>Models it was made from.</summary>
    public IReadOnlyList<string> BaseModels { get; init; } = [];

    /// <summary>How it was made from them: <c>finetune</c>, <c>adapter</c>, <c>quantized</c> or <c>merge</c>.</summary>
    public string? BaseModelRelation { get; init; }

    /// <summary>Free tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The task it is for.</summary>
    public string? PipelineTag { get; init; }

    /// <summary>The library that loads it.</summary>
    public string? LibraryName { get; init; }

    /// <summary>Languages.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Results of evaluations, from <c>model-index</c>.</summary>
    public IReadOnlyList<ResultFact> Results { get; init; } = [];
}

/// <summary>One result of an evaluation.</summary>
/// <param name="Task">What was done.</param>
/// <param name="Dataset">On what.</param>
/// <param name="Metric">What was measured.</param>
/// <param name="Value">With what result.</param>
public sealed record ResultFact(string? Task, string? Dataset, string? Metric, string? Value)
{
    /// <summary>Whether someone could check it: dataset, metric and value are there.</summary>
    public bool IsComplete => !string.IsNullOrWhiteSpace(Dataset) && !string.IsNullOrWhiteSpace(Metric) && !string.IsNullOrWhiteSpace(Value);
}
