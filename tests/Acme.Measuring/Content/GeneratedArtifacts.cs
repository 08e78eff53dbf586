using System.Text;
using Acme.Registry.Artifacts;

namespace Acme.Measuring.Content;

/// <summary>Artifacts with names and cards such as hubs have them; the same number always gives the same artifact.</summary>
internal static class GeneratedArtifacts
{
    /// <summary>In every card.</summary>
    public const string CommonWord = "transformers";

    /// <summary>In the card of every ten-thousandth artifact.</summary>
    public const string RareWord = "zirconquartz";

    private const int Probes = 40;

    // From the commonest to the rarest.
    private static readonly string[] Licenses = ["Apache-2.0", "MIT", "CC-BY-4.0", "OpenRAIL", "GPL-3.0-only", "BSD-3-Clause", "LGPL-3.0-only", "CC-BY-NC-4.0", "MPL-2.0", "EUPL-1.2"];

    private static readonly string[] Owners = ["northwind", "contoso", "fabrikam", "tailspin", "wingtip", "adatum", "litware", "proseware", "lucerne", "woodgrove"];
    private static readonly string[] Families = ["bert", "llama", "whisper", "vit", "mistral", "gpt", "roberta", "falcon", "clip", "deberta", "bloom", "phi"];
    private static readonly string[] Sizes = ["tiny", "small", "base", "large", "xl", "7b", "13b", "70b"];
    private static readonly string[] Variants = ["instruct", "chat", "uncased", "multilingual", "gguf", "distilled", "finetuned", "quantized"];

    // The words of a card come from these, most from the front, as in a language.
    private static readonly string[] Words =
    [
        .. """
        the of and to in is for on with this model was as by that from are it be trained data at an or which training language not use used
        dataset can text results fine tuned tokens evaluation performance on images license task tasks layers learning rate batch size
        parameters accuracy loss epochs weights base version based inference classification generation library hugging available following
        example examples code please paper citation bias limitations intended uses downstream metric benchmark scores english multilingual
        speech audio vision encoder decoder attention tokenizer vocabulary sequence length precision mixed optimizer warmup scheduler seed
        gradient accumulation hardware cluster hours carbon emissions framework versions pipeline prompt response instruction preference
        reward alignment safety filtering deduplicated crawl corpus licence permissive commercial research checkpoint repository commit
        quantization calibration latency throughput memory context window retrieval embedding similarity ranking summarization translation
        question answering sentiment entity recognition segmentation detection captioning diffusion adapters merged experts sparse dense
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
        .. Enumerable.Range(0, 4000).Select(MadeUpWord),
    ];

    public static Artifact Artifact(int number)
    {
        var random = new Random(number);
        var id = ArtifactId.New();
        var url = $"https://models.example/{number}";
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(number);
        var manifest = Sha256Digest.Of(BitConverter.GetBytes(number));
        return new()
        {
            Id = id,
            Type = (ArtifactType)(number % 3),
            Name = Name(number),
            Url = url,
            CreatedAt = at,
            CreatedBy = "benchmark",
            Epoch = 1,
            Revisions = [new(manifest.ToString()[..40], manifest, url, at, "benchmark", random.NextInt64(1_000_000, 20_000_000_000), random.Next(3, 40))],
            License = Licenses[(int)(Math.Pow(random.NextDouble(), 2) * Licenses.Length)],
            Parents = number % 3 == 0 && number % 2 == 0 ? [new(Name(number % 997), "base_model", ArtifactType.Model, "model_card")] : [],
            Rating = number % 3 == 0 ? Rating(number, at) : null,
        };
    }

    // A bad model lacks more than a good one, as it is with measured ones.
    private static RatingReference Rating(int number, DateTimeOffset at)
    {
        var random = new Random(~number);
        var score = random.NextDouble();
        string[] findings = [.. Enumerable.Range(0, Probes).Where(_ => random.NextDouble() > score).Select(i => $"metric_{i / 5}.probe_{i}")];
        return new(Sha256Digest.Of(BitConverter.GetBytes(~number)), score, score > 0.2, at, findings);
    }

    public static string Name(int number)
    {
        var random = new Random(number);
        return $"{Pick(Owners, random)}/{Pick(Families, random)}-{Pick(Sizes, random)}-{Pick(Variants, random)}-{number}";
    }

    /// <summary>One to three thousand characters.</summary>
    public static string Card(int number)
    {
        var random = new Random(number);
        var length = random.Next(1000, 3000);
        var card = new StringBuilder($"# {Name(number)}\n\nUse it with the {CommonWord} library.\n\n");
        while (card.Length < length)
        {
            // The square of a random number falls mostly among the first words.
            card.Append(Words[(int)(Math.Pow(random.NextDouble(), 3) * Words.Length)]);
            card.Append(random.Next(12) == 0 ? ".\n" : " ");
        }
        if (number % 10_000 == 0) card.Append($"\nWith {RareWord}-{number}.\n");
        return card.ToString();
    }

    private static string MadeUpWord(int number)
    {
        const string consonants = "bcdfglmnprstv";
        const string vowels = "aeiou";
        var random = new Random(number);
        var word = new StringBuilder();
        for (var syllable = random.Next(2, 5); syllable > 0; syllable--) word.Append(consonants[random.Next(consonants.Length)]).Append(vowels[random.Next(vowels.Length)]);
        return word.ToString();
    }

    private static string Pick(string[] from, Random random) => from[random.Next(from.Length)];
}
