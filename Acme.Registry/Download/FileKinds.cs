using System.Collections.Frozen;

namespace Acme.Registry.Download;

/// <summary>Which files of an artifact are weights and which are data sets, told from the path alone (letter case ignored).</summary>
public static class FileKinds
{
    // ".bin", ".pb", ".npz", ".pkl" and ".h5" are used for other things too, but in model repositories they are weights nearly always;
    // taking in a small stray file is the lesser fault.
    private static readonly FrozenSet<string> WeightExtensions = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        ".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".h5", ".hdf5", ".keras", ".gguf", ".ggml", ".onnx", ".onnx_data", ".tflite",
        ".msgpack", ".pb", ".npz", ".mlmodel", ".joblib", ".pkl", ".pickle", ".nemo", ".ot", ".engine", ".params", ".pdparams",
        ".caffemodel", ".weights", ".llamafile");

    // Formats that hold rows or samples and hardly ever anything else. ".txt" and ".json" are documentation or settings more often.
    private static readonly FrozenSet<string> DatasetExtensions = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        ".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".arrow", ".feather", ".avro", ".orc", ".tfrecord", ".tfrecords", ".wds", ".tar");

    // Text formats are data only below a folder of such a name.
    private static readonly FrozenSet<string> DatasetFolders = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "data", "dataset", "datasets");

    private static readonly FrozenSet<string> TextExtensions = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, ".json", ".txt", ".xml");

    private static readonly FrozenSet<string> CompressionExtensions = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, ".gz", ".bz2", ".zst", ".xz");

    // The state of a training run, which nobody needs in order to use the model, and which can be twice its size.
    private static readonly FrozenSet<string> NeverWeights = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "training_args.bin", "optimizer.pt", "scheduler.pt", "rng_state.pth");

    /// <summary>Whether the file holds the parameters of a model.</summary>
    public static bool IsWeights(string path)
    {
        var name = Path.GetFileName(path);
        if (NeverWeights.Contains(name)) return false;
        var extension = Path.GetExtension(name);
        if (WeightExtensions.Contains(extension)) return true;

        // TensorFlow checkpoints: "model.ckpt.data-00000-of-00001" and "model.ckpt.index".
        return name.Contains(".ckpt.", StringComparison.OrdinalIgnoreCase) || extension.StartsWith(".data-", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether the file holds data to train or evaluate with.</summary>
    public static bool IsDataset(string path)
    {
        if (IsWeights(path)) return false;
        var name = Path.GetFileName(path);
        var extension = Path.GetExtension(name);
        if (CompressionExtensions.Contains(extension)) extension = Path.GetExtension(name[..^extension.Length]);
        if (DatasetExtensions.Contains(extension)) return true;
        return TextExtensions.Contains(extension) && path.Split('/')[..^1].Any(DatasetFolders.Contains);
    }
}
