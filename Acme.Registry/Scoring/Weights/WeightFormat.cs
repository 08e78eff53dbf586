using System.Text.RegularExpressions;

namespace Acme.Registry.Scoring.Weights;

/// <summary>How weights are stored; in order of preference where an artifact holds the same weights in several formats.</summary>
public enum WeightFormat
{
    /// <summary>Safetensors: safe to read, with a header.</summary>
    Safetensors,

    /// <summary>GGUF, of llama.cpp.</summary>
    Gguf,

    /// <summary>PyTorch checkpoints.</summary>
    PyTorch,

    /// <summary>ONNX.</summary>
    Onnx,

    /// <summary>TensorFlow and Keras, TensorFlow Lite included.</summary>
    TensorFlow,

    /// <summary>Flax message packs.</summary>
    Flax,

    /// <summary>Core ML, NumPy archives, joblib and the like.</summary>
    Other,
}

/// <summary>Tells weight files by their names.</summary>
public static partial class WeightFormats
{
    /// <summary>The format, or nothing when the file does not hold a model's weights.</summary>
    public static WeightFormat? Of(string path)
    {
        var name = NameOf(path);
        if (TrainingState().IsMatch(name) || Checkpoint().IsMatch(path)) return null;
        return Extension(name) switch
        {
            ".safetensors" => WeightFormat.Safetensors,
            ".gguf" => WeightFormat.Gguf,
            ".pt" or ".pth" or ".ckpt" => WeightFormat.PyTorch,
            ".bin" when name.Contains("model", StringComparison.OrdinalIgnoreCase) || name.StartsWith("pytorch", StringComparison.OrdinalIgnoreCase) => WeightFormat.PyTorch,
            ".onnx" or ".onnx_data" => WeightFormat.Onnx,
            ".h5" or ".keras" or ".pb" or ".tflite" => WeightFormat.TensorFlow,
            ".msgpack" => WeightFormat.Flax,
            ".npz" or ".mlmodel" or ".joblib" or ".pkl" or ".pdparams" => WeightFormat.Other,
            _ => null,
        };
    }

    /// <summary>The directory (empty at the root) and the name that all shards of one set of weights share.</summary>
    public static (string Directory, string Name) SetOf(string path)
    {
        var name = NameOf(path);
        var directory = path.Length == name.Length ? "" : path[..(path.Length - name.Length - 1)];
        var stem = name[..(name.Length - Extension(name).Length)];
        return (directory, Shard().Replace(stem, ""));
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string Extension(string name) => name.LastIndexOf('.') is var dot and >= 0 ? name[dot..].ToLowerInvariant() : "";

    [GeneratedRegex(@"[-_.]\d{1,6}[-_]of[-_]\d{1,6}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Shard();

    /// <summary>Left behind by training, and not needed to use the model.</summary>
    [GeneratedRegex(@"^(optimizer|scheduler|scaler|rng_state.*|training_args|trainer_state|.*optim_states)\.(bin|pt|pth)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TrainingState();

    [GeneratedRegex(@"(^|/)(checkpoint-\d+|global_step\d+)(/|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Checkpoint();
}
