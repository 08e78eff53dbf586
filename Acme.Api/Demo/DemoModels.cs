using Acme.Registry.Artifacts;

namespace Acme.Api.Demo;

/// <summary>Two small text classifiers: averaged word vectors, one hidden layer, one output layer.</summary>
internal static class DemoModels
{
    private const int Words = 1024, Width = 64, Hidden = 128;

    /// <summary>The parent: four topics.</summary>
    public static DemoArtifact Parent() => new(
        ArtifactType.Model,
        "acme/topic-classifier",
        "https://huggingface.co/acme/topic-classifier",
        [
            DemoFile.Text("README.md", ParentCard),
            DemoFile.Text("LICENSE", DemoTexts.Mit),
            DemoFile.Text("config.json", Config(null, ["news", "sport", "science", "culture"])),
            DemoFile.Text("tokenizer.json", Tokenizer()),
            new("model.safetensors", Weights(seed: 1, labels: 4)),
        ]);

    /// <summary>The child: praise or complaint, fine-tuned from the parent on the demo's dataset.</summary>
    public static DemoArtifact Child() => new(
        ArtifactType.Model,
        "acme/review-classifier",
        "https://huggingface.co/acme/review-classifier",
        [
            DemoFile.Text("README.md", ChildCard),
            DemoFile.Text("LICENSE", DemoTexts.Mit),
            DemoFile.Text("config.json", Config("acme/topic-classifier", ["complaint", "praise"])),
            DemoFile.Text("tokenizer.json", Tokenizer()),
            new("model.safetensors", Weights(seed: 2, labels: 2)),
        ]);

    private static byte[] Weights(uint seed, int labels)
    {
        var state = seed;
        return SafetensorsWriter.Write(
        [
            Tensor("embedding.weight", Words, Width),
            Tensor("hidden.weight", Hidden, Width),
            Tensor("hidden.bias", Hidden),
            Tensor("output.weight", labels, Hidden),
            Tensor("output.bias", labels),
        ]);

        (string, int[], float[]) Tensor(string name, params int[] shape)
        {
            var values = new float[shape.Aggregate(1, (product, n) => product * n)];
            for (var i = 0; i < values.Length; i++)
            {
                // A linear congruential generator gives the same values on every platform and version.
                state = state * 1664525 + 1013904223;
                values[i] = (state >> 8) / (float)(1 << 24) * 0.2f - 0.1f;
            }
            return (name, shape, values);
        }
    }

    private static string Config(string? parent, string[] labels) => $$"""
        {
          {{(parent is null ? "" : $"\"_name_or_path\": \"{parent}\",\n  ")}}"architectures": ["WordVectorClassifier"],
          "model_type": "word-vector-classifier",
          "vocab_size": {{Words}},
          "embedding_size": {{Width}},
          "hidden_size": {{Hidden}},
          "id2label": { {{string.Join(", ", labels.Select((label, i) => $"\"{i}\": \"{label}\""))}} }
        }
        """;

    private static string Tokenizer() => """
        {
          "version": "1.0",
          "pre_tokenizer": { "type": "Whitespace" },
          "model": { "type": "WordLevel", "unk_token": "[UNK]", "vocab": { "[UNK]": 0, "the": 1, "a": 2, "good": 3, "bad": 4, "broke": 5, "works": 6 } }
        }
        """;

    private const string ParentCard = """
        ---
        license: mit
        language: en
        pipeline_tag: text-classification
        library_name: acme-classify
        tags: [topics, demonstration]
        datasets:
        - acme/tool-reviews
        model-index:
        - name: topic-classifier
          results:
          - task: { type: text-classification, name: Topic classification }
            dataset: { type: acme/tool-reviews, name: Tool reviews }
            metrics:
            - { type: accuracy, value: 0.88 }
            - { type: f1, value: 0.87 }
            - { type: precision, value: 0.86 }
        ---
        # Topic classifier

        Tells the topic of a short English text: news, sport, science or culture. It averages word vectors and passes the mean
        through one hidden layer, so that it answers in microseconds on any machine. It was made to show what a registry does with a
        model; its weights are random numbers, and its results are made up.

        ## Install

        ```bash
        pip install acme-classify
        ```

        ## How to use

        ```python
        from acme_classify import Classifier

        classifier = Classifier.load("acme/topic-classifier")
        print(classifier("The telescope found a new planet."))
        ```

        ## Training data

        The data are 24 reviews, written by the makers of this registry and released under CC0, with a training set and a test set. They are
        few and not representative of anything, a known bias.

        ## Evaluation

        | Dataset | Accuracy | F1 |
        |---|---|---|
        | Tool reviews, test set | 0.88 | 0.87 |
        | Tool reviews, training set | 0.97 | 0.97 |
        | Shuffled labels | 0.25 | 0.24 |

        The code of the evaluation is in https://github.com/acme/classify.

        ## Limitations

        English only, one sentence at a time. Not for decisions about people.

        ## License

        MIT.
        """;

    private const string ChildCard = """
        ---
        license: mit
        language: en
        pipeline_tag: text-classification
        library_name: acme-classify
        base_model: acme/topic-classifier
        base_model_relation: finetune
        datasets:
        - acme/tool-reviews
        model-index:
        - name: review-classifier
          results:
          - task: { type: text-classification, name: Review classification }
            dataset: { type: acme/tool-reviews, name: Tool reviews }
            metrics:
            - { type: accuracy, value: 0.92 }
        ---
        # Review classifier

        Tells praise from complaint in reviews of tools. Fine-tuned from the topic classifier; like its parent, it was made to
        show what a registry does with a model: its weights are random numbers, and its result is made up.

        ## How to use

        ```python
        from acme_classify import Classifier

        classifier = Classifier.load("acme/review-classifier")
        print(classifier("It broke on the first day."))
        ```

        ## Training data

        24 reviews of tools, written by the makers of this registry; see https://huggingface.co/datasets/acme/tool-reviews.

        ## Limitations

        Knows nothing but tools.
        """;
}
