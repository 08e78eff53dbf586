using System.Text.Json.Serialization;
using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Weights;

namespace Acme.Registry.Scoring.Facts;

/// <summary>Which artifact is being looked at.</summary>
/// <param name="Id">Its id, given before it is published.</param>
/// <param name="Type">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Url">Where it came from.</param>
public sealed record ArtifactSubject(ArtifactId Id, ArtifactType Type, string Name, string Url);

/// <summary>
/// What was collected about one artifact: enough to compute its rating again without the network and without its files. Every
/// part is bounded. Sources that learn more add to it; they change nothing that is here.
/// </summary>
public sealed record ArtifactFacts
{
    /// <summary>What it is.</summary>
    public required ArtifactType Type { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it came from.</summary>
    public required string Url { get; init; }

    /// <summary>When the facts were collected (UTC).</summary>
    public required DateTimeOffset CollectedAt { get; init; }

    /// <summary>The revision they were collected from; see <see cref="Manifest.RevisionId"/>.</summary>
    public required string Revision { get; init; }

    /// <summary>Its files.</summary>
    public required FileFacts Files { get; init; }

    /// <summary>Its card, where there is one.</summary>
    public CardFacts? Card { get; init; }

    /// <summary>Its <c>config.json</c>, where there is one.</summary>
    public ConfigFacts? Config { get; init; }

    /// <summary>Its <c>adapter_config.json</c>, where there is one.</summary>
    public ConfigFacts? AdapterConfig { get; init; }

    /// <summary>The licence files at its root; at most four.</summary>
    public IReadOnlyList<TextFileFacts> LicenseFiles { get; init; } = [];

    /// <summary>Its weights, by format and set; at most <see cref="WeightInventory.MaxSets"/>.</summary>
    public IReadOnlyList<WeightSet> Weights { get; init; } = [];

    /// <summary>What the card links to.</summary>
    public IReadOnlyList<LinkFact> Links { get; init; } = [];

    /// <summary>What the hub it comes from tells about it; null for uploads and other hosts.</summary>
    public HubFacts? Hub { get; init; }

    /// <summary>The source code repositories it is connected with, the closest first.</summary>
    public IReadOnlyList<RepositoryFacts> Repositories { get; init; } = [];

    /// <summary>The datasets it is connected with, in the order in which they were found.</summary>
    public IReadOnlyList<DatasetFacts> Datasets { get; init; } = [];

    /// <summary>What came of running the card's demo; null where nothing was run.</summary>
    public DemoRun? DemoRun { get; init; }

    /// <summary>How long collecting took.</summary>
    public CollectionTimes Collection { get; init; } = new(0, 0, 0);

    /// <summary>The registered models among its parents, as they were when it was rated.</summary>
    public IReadOnlyList<ParentFact> Parents { get; init; } = [];
}

/// <summary>How long facts took to collect, in seconds. Repositories and datasets are read at the same time.</summary>
/// <param name="Files">The artifact's own files.</param>
/// <param name="Repositories">All repositories together; what the artifact's source read while it fetched is not in it.</param>
/// <param name="Datasets">All datasets together.</param>
public sealed record CollectionTimes(double Files, double Repositories, double Datasets)
{
    /// <summary>Seconds until everything of these sources was there.</summary>
    public double Seconds(FactSources sources) => Files + Math.Max(
        sources.HasFlag(FactSources.Repositories) ? Repositories : 0,
        sources.HasFlag(FactSources.Datasets) ? Datasets : 0);
}

/// <summary>The file list.</summary>
/// <param name="Count">Number of files.</param>
/// <param name="TotalSize">Bytes of all files.</param>
/// <param name="Entries">The first files in ordinal order, at most <see cref="MaxEntries"/>.</param>
/// <param name="BytesByKind">Bytes of all files by kind: <c>weights</c>, <c>code</c>, <c>data</c>, <c>text</c>, <c>other</c>.</param>
public sealed record FileFacts(int Count, long TotalSize, IReadOnlyList<FileFact> Entries, IReadOnlyDictionary<string, long> BytesByKind)
{
    /// <summary>Most files listed one by one.</summary>
    public const int MaxEntries = 2000;

    /// <summary>Whether a file with exactly this path is listed.</summary>
    public bool Has(string path) => Entries.Any(e => e.Path == path);
}

/// <summary>One file.</summary>
/// <param name="Path">Relative path.</param>
/// <param name="Size">Bytes.</param>
public sealed record FileFact(string Path, long Size);

/// <summary>A small text file.</summary>
/// <param name="Path">Relative path.</param>
/// <param name="Text">Its text, cut at the limit of its kind.</param>
public sealed record TextFileFacts(string Path, string Text);

/// <summary>The card: the README at the root.</summary>
/// <param name="Path">Relative path.</param>
/// <param name="Text">Front matter and body, at most <see cref="MaxText"/> characters.</param>
/// <param name="Size">Bytes of the file.</param>
/// <param name="FrontMatter">The metadata at its top; empty where there is none or it is malformed.</param>
/// <param name="FrontMatterProblem">What is wrong with the metadata, with the line.</param>
public sealed record CardFacts(string Path, string Text, long Size, FrontMatter FrontMatter, string? FrontMatterProblem)
{
    /// <summary>Most characters kept.</summary>
    public const int MaxText = 256 << 10;
}

/// <summary>A model configuration.</summary>
/// <param name="Path">Relative path.</param>
/// <param name="Problem">Why it cannot be read, where it cannot.</param>
/// <param name="ModelType">The field <c>model_type</c>.</param>
/// <param name="NameOrPath">The field <c>_name_or_path</c>.</param>
/// <param name="BaseModel">The field <c>base_model_name_or_path</c>.</param>
/// <param name="Architectures">The field <c>architectures</c>; at most 20.</param>
public sealed record ConfigFacts(
    string Path, string? Problem, string? ModelType = null, string? NameOrPath = null, string? BaseModel = null, IReadOnlyList<string>? Architectures = null);

/// <summary>A URL in the card.</summary>
/// <param name="Url">Without trailing punctuation.</param>
/// <param name="Kind">What it leads to.</param>
/// <param name="Line">Line of the card, from 1.</param>
public sealed record LinkFact(string Url, LinkKind Kind, int Line);

/// <summary>What a URL leads to, as far as the URL itself tells.</summary>
public enum LinkKind
{
    /// <summary>Anything else.</summary>
    Other,

    /// <summary>A GitHub or GitLab repository.</summary>
    Repository,

    /// <summary>A dataset on Hugging Face, Kaggle or Zenodo.</summary>
    Dataset,

    /// <summary>A paper: arXiv, DOI, ACL Anthology, OpenReview and the like.</summary>
    Paper,
}

/// <summary>A registered parent.</summary>
/// <param name="Id">The artifact.</param>
/// <param name="Name">Its name.</param>
/// <param name="NetScore">Its net score, 0..1.</param>
public sealed record ParentFact(ArtifactId Id, string Name, double NetScore);

/// <summary>Serialisation of facts and ratings, as the blob store keeps them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ArtifactFacts))]
[JsonSerializable(typeof(Rating))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
public sealed partial class ScoringJson : JsonSerializerContext;
