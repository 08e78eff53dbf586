namespace Acme.Registry.Scoring.Reproducibility;

/// <summary>Which modules a reader can be expected to have: Python's own, what the card declares, and what the field installs first.</summary>
internal static class PythonLibraries
{
    /// <summary>Modules of the standard library that demo code imports.</summary>
    private static readonly HashSet<string> Standard =
    [
        "__future__", "abc", "argparse", "array", "ast", "asyncio", "base64", "bisect", "collections", "concurrent", "contextlib", "copy", "csv", "ctypes", "dataclasses",
        "datetime", "decimal", "difflib", "enum", "functools", "gc", "getpass", "glob", "gzip", "hashlib", "heapq", "html", "http", "importlib", "inspect", "io", "itertools",
        "json", "logging", "math", "multiprocessing", "operator", "os", "pathlib", "pickle", "platform", "pprint", "queue", "random", "re", "shutil", "signal", "socket", "sqlite3",
        "statistics", "string", "struct", "subprocess", "sys", "tarfile", "tempfile", "textwrap", "threading", "time", "timeit", "traceback", "types", "typing", "unicodedata",
        "unittest", "urllib", "uuid", "warnings", "wave", "xml", "zipfile", "zlib",
    ];

    /// <summary>Modules of the libraries that the field installs first.</summary>
    private static readonly HashSet<string> WellKnown =
    [
        "torch", "torchvision", "torchaudio", "transformers", "datasets", "huggingface_hub", "numpy", "scipy", "pandas", "PIL", "requests", "matplotlib", "sklearn", "tensorflow",
        "keras", "jax", "flax", "onnxruntime", "diffusers", "accelerate", "sentence_transformers", "tqdm",
    ];

    /// <summary>What is imported where a library is called by another name.</summary>
    private static readonly Dictionary<string, string[]> Modules = new(StringComparer.OrdinalIgnoreCase)
    {
        ["pytorch"] = ["torch"], ["scikit-learn"] = ["sklearn"], ["keras"] = ["keras", "tensorflow"], ["tf-keras"] = ["tf_keras", "tensorflow"],
        ["peft"] = ["peft", "transformers"], ["llama.cpp"] = ["llama_cpp"], ["gguf"] = ["llama_cpp"], ["llama-cpp-python"] = ["llama_cpp"], ["pillow"] = ["PIL"],
        ["opencv-python"] = ["cv2"], ["opencv-python-headless"] = ["cv2"], ["pyyaml"] = ["yaml"], ["beautifulsoup4"] = ["bs4"], ["open-clip-torch"] = ["open_clip"],
        ["protobuf"] = ["google"], ["faiss-cpu"] = ["faiss"], ["faiss-gpu"] = ["faiss"], ["openai-whisper"] = ["whisper"], ["python-dotenv"] = ["dotenv"],
    };

    /// <summary>The modules of a library, by the name under which one installs it or a card states it.</summary>
    public static string[] ModulesOf(string library) => Modules.GetValueOrDefault(library) ?? [library.Replace('-', '_').ToLowerInvariant()];

    /// <summary>The libraries that a text's install commands name.</summary>
    public static IEnumerable<string> Installed(string text)
    {
        foreach (var line in text.Split('\n').Where(l => l.Contains("pip install", StringComparison.Ordinal) || l.Contains("conda install", StringComparison.Ordinal) || l.Contains("uv add", StringComparison.Ordinal)))
        {
            foreach (var word in line.Split([' ', '\t', '`', '"', '\''], StringSplitOptions.RemoveEmptyEntries))
            {
                var name = word.Split(['=', '<', '>', '~', '[', '!', ';', '@'])[0];
                if (name.Length > 0 && char.IsLetter(name[0])) yield return name[(name.LastIndexOf('/') + 1)..];
            }
        }
    }

    /// <summary>Whether a module is one of Python's own or of the libraries installed first.</summary>
    public static bool IsExpected(string module) => Standard.Contains(module) || WellKnown.Contains(module);
}
