using System.Security.Cryptography;
using Acme.Measuring.Content;
using Acme.Registry.Download;

namespace Acme.LoadTest.Models;

/// <summary>A model that is computed from its number alone, and what its downloads must be, byte for byte.</summary>
internal sealed class GeneratedModel
{
    /// <summary>Bytes of the download of Tiny-LLM that the published figures speak of.</summary>
    public const int TinyLlmBytes = 24_834_009;

    public const string WeightsPath = "model.safetensors";

    private readonly GeneratedFile[] _files;

    private GeneratedModel(string name, params GeneratedFile[] files) => (Name, _files) = (name, files);

    public string Name { get; }

    /// <summary>Bytes of the bundle.</summary>
    public long Length => Zip().Length;

    /// <summary>The model whose bundle has exactly <see cref="TinyLlmBytes"/>.</summary>
    public static GeneratedModel TinyLlm { get; } = Sized();

    /// <summary>One of many. Sizes spread as those of small models do: most have some hundred kilobytes, a few have megabytes.</summary>
    public static GeneratedModel Numbered(int number)
    {
        var random = new Random(number);
        // Box and Muller: the logarithm of the size is normally distributed.
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Of($"load-test/{GeneratedArtifacts.Name(number)}", number, (long)Math.Clamp(250_000 * Math.Exp(1.2 * normal), 20_000, 4_000_000));
    }

    /// <summary>One that no registry has yet.</summary>
    /// <param name="number">Chooses card and size.</param>
    /// <param name="run">Makes names and bytes differ from those of every other run.</param>
    public static GeneratedModel Fresh(int number, string run) =>
        Of($"load-test/{run}-{number}", HashCode.Combine(number, run), 20_000 + (number % 7 * 10_000));

    /// <summary>The ZIP to upload; the registry lays out the same when the model is downloaded.</summary>
    public GeneratedZip Zip() => new(_files);

    public async Task<ExpectedContent> BundleAsync(CancellationToken cancellationToken) => await ContentAsync(new(_files), cancellationToken);

    public async Task<ExpectedContent> WeightsAsync(CancellationToken cancellationToken) =>
        await ContentAsync(new([.. _files.Where(f => FileKinds.IsWeights(f.Path))]), cancellationToken);

    public ExpectedContent File(string path)
    {
        using var bytes = new MemoryStream();
        foreach (var block in _files.Single(f => f.Path == path).Blocks()) bytes.Write(block.Span);
        return new(bytes.ToArray());
    }

    private static async Task<ExpectedContent> ContentAsync(GeneratedZip zip, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream(checked((int)zip.Length));
        await zip.CopyToAsync(bytes, cancellationToken);
        return new(bytes.ToArray());
    }

    private static GeneratedModel Sized()
    {
        // The header of the weights names their size: a digit more there is a byte more here.
        var tensor = (long)TinyLlmBytes;
        while (true)
        {
            var model = Of("load-test/Tiny-LLM", 1, tensor);
            if (model.Length == TinyLlmBytes) return model;
            tensor -= model.Length - TinyLlmBytes;
        }
    }

    private static GeneratedModel Of(string name, int seed, long tensorBytes) => new(
        name,
        GeneratedFile.Text("README.md", $"---\nlicense: apache-2.0\npipeline_tag: text-generation\n---\n{GeneratedArtifacts.Card(seed)}"),
        GeneratedFile.Text("config.json", $$"""{"model_type":"llama","architectures":["LlamaForCausalLM"],"hidden_size":64,"_name_or_path":"{{name}}"}"""),
        GeneratedFile.Text("tokenizer_config.json", """{"tokenizer_class":"LlamaTokenizer","model_max_length":512}"""),
        GeneratedFile.Weights(WeightsPath, tensorBytes, seed));
}

/// <summary>What must arrive.</summary>
/// <remarks>
/// Comparing with bytes whose SHA-256 is known proves the SHA-256 of what arrived, at a tenth of the processor time of computing it, which client and
/// server would share.
/// </remarks>
internal sealed class ExpectedContent(byte[] bytes)
{
    public int Length => bytes.Length;

    /// <summary>Lower-case hexadecimal.</summary>
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Whether these bytes belong at this place.</summary>
    public bool Holds(long offset, ReadOnlySpan<byte> part) => offset + part.Length <= bytes.Length && part.SequenceEqual(bytes.AsSpan((int)offset, part.Length));
}
