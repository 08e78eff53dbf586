using System.Text.Json;

namespace Acme.Benchmarks;

/// <summary>Fixtures of many models, each with a repository of code of its own, and of the two datasets that all of them name.</summary>
internal static class HubOfModels
{
    /// <summary>The page of a model.</summary>
    public static string UrlOf(int model) => $"https://huggingface.co/bench/model-{model}";

    /// <summary>Writes them.</summary>
    public static void Write(string root, int models)
    {
        foreach (var dataset in (string[])["first", "second"])
        {
            Write(Path.Combine(root, "huggingface/datasets/bench", dataset), new { cardData = new { license = "mit" } }, ("README.md", $"# {dataset}\n\n10,000 sentences, collected from volunteers.\n"));
        }
        for (var model = 0; model < models; model++)
        {
            Write(
                Path.Combine(root, $"huggingface/models/bench/model-{model}"),
                new
                {
                    pipeline_tag = "text-classification",
                    filesPerPage = 1000,
                    commits = new[] { new { user = "ann", daysAgo = 3 }, new { user = "ben", daysAgo = 30 } },
                    generated = new[] { new { path = "model.safetensors", size = 100_000, seed = model, @as = "bytes" } },
                },
                ("README.md", Card(model)),
                ("config.json", """{"model_type": "bert"}"""),
                ("tokenizer.json", $$"""{"version": "{{model}}"}"""),
                ("tokenizer_config.json", "{}"),
                ("special_tokens_map.json", "{}"),
                ("vocab.txt", string.Join('\n', Enumerable.Range(0, 5000).Select(n => $"word{n}"))));
            Write(
                Path.Combine(root, $"github/bench/code-{model}"),
                new
                {
                    license = "MIT",
                    commits = new[] { new { by = "ann", daysAgo = 10, count = 5, everyDays = 20, message = "Tidy", additions = new Dictionary<string, int> { ["train.py"] = 10 } } },
                    pulls = new[]
                    {
                        new
                        {
                            by = "ben", daysAgo = 5, count = 10, everyDays = 20, message = "Improve", additions = new Dictionary<string, int> { ["train.py"] = 20 },
                            reviews = new[] { new { by = "ann", state = "APPROVED" } },
                        },
                    },
                },
                ("README.md", "# Code\n"), ("train.py", "print()\n"), ("tests/test_train.py", "def test(): pass\n"));
        }
    }

    private static string Card(int model) => $"""
        ---
        license: mit
        datasets: [bench/first, bench/second]
        ---
        # Model {model}

        Tells praise from complaint, trained by https://github.com/bench/code-{model}.

        ## Usage

        ```python
        from transformers import pipeline
        classify = pipeline("text-classification", model="bench/model-{model}")
        ```
        """;

    private static void Write(string folder, object description, params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files.Append((".upstream.json", JsonSerializer.Serialize(description))))
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
    }
}
