namespace Acme.Registry.Tests.Scoring.Orientation;

/// <summary>Cards of the kinds that public models have, from the very good to what a template leaves, in the project's own words.</summary>
internal static class PublicCards
{
    private const string Prose = "What follows says in plain words how the model was made, what it was made for, and what a reader should know before building on it. ";

    /// <summary>Speech recognition: results in the metadata, demo and evaluation code, limits, no dataset that could be looked up.</summary>
    public static string Speech { get; } = $$"""
        ---
        language: [en, de, no]
        tags: [audio, automatic-speech-recognition]
        pipeline_tag: automatic-speech-recognition
        license: apache-2.0
        model-index:
        - name: speech-tiny
          results:
          - task: {type: automatic-speech-recognition}
            dataset: {name: Read books (clean), type: read_books, config: clean}
            metrics:
            - {name: Test WER, type: wer, value: 7.5}
          - task: {type: automatic-speech-recognition}
            dataset: {name: Read books (other), type: read_books}
            metrics:
            - {name: Test WER, type: wer, value: 17.1}
          - task: {type: automatic-speech-recognition}
            dataset: {name: Many voices, type: acme/many_voices}
            metrics:
            - {name: Test WER, type: wer, value: 141}
        ---

        # Speech

        {{string.Concat(Enumerable.Repeat(Prose, 6))}} The paper is at https://arxiv.org/abs/2212.99999, the code at https://github.com/speechlab/speech.

        | Size | Parameters |
        |---|---|
        | tiny | 39 M |

        # Usage

        ```python
        >>> from transformers import WhisperProcessor, WhisperForConditionalGeneration
        >>> processor = WhisperProcessor.from_pretrained("speechlab/speech-tiny")
        >>> model = WhisperForConditionalGeneration.from_pretrained("speechlab/speech-tiny")
        ```

        ## Evaluation

        This measures it on read books:

        ```python
        >>> from evaluate import load
        >>> wer = load("wer")
        ```

        ## Training Data

        680,000 hours of audio and transcripts collected from the internet.

        ## Performance and Limitations

        {{Prose}}
        """;

    /// <summary>A language model with two datasets, a table of results without the word for the metric, a paper and a licence text.</summary>
    public static string Language { get; } = $"""
        ---
        language: en
        license: apache-2.0
        datasets: [acme/books, acme/encyclopedia]
        ---

        # Language model (uncased)

        From https://arxiv.org/abs/1810.99999 and https://github.com/lab/language.

        ## Model description

        {string.Concat(Enumerable.Repeat(Prose, 8))}

        ## Intended uses & limitations

        {Prose}

        ### How to use

        ```python
        from transformers import AutoTokenizer, AutoModel
        tokenizer = AutoTokenizer.from_pretrained("lab/language-base")
        model = AutoModel.from_pretrained("lab/language-base")
        output = model(**tokenizer("Any text.", return_tensors="pt"))
        ```

        ## Training data

        11,038 books and an encyclopedia.

        ## Evaluation results

        | Task | MNLI | QQP | Average |
        |:---:|:---:|:---:|:---:|
        | | 84.6 | 71.2 | 79.6 |
        """;

    /// <summary>A small language model with a demo, a dataset and little prose.</summary>
    public const string Small = """
        ---
        license: mit
        pipeline_tag: text-generation
        datasets:
        - acme/web
        ---

        # Small

        Ten million parameters, perhaps the fewest with which it works.

        ## Getting started

        ```
        from transformers import AutoModelForCausalLM, AutoTokenizer

        model = AutoModelForCausalLM.from_pretrained("someone/small")
        tokenizer = AutoTokenizer.from_pretrained("someone/small")
        print(tokenizer.decode(model.generate(**tokenizer("Once", return_tensors="pt"))[0]))
        ```
        """;

    /// <summary>Two sentences and a licence.</summary>
    public const string TwoSentences = """
        ---
        license: apache-2.0
        tags: [vision]
        ---

        Nobody had published the tiny one, so these weights were converted. It is used like the base one.
        """;

    /// <summary>A conversion by a robot, without a licence.</summary>
    public const string Converted = """
        ---
        library_name: transformers.js
        base_model:
        - someone/small
        ---

        # small (ONNX)

        Converted by a program.
        """;

    /// <summary>What a program writes for people to fill in, and nobody did.</summary>
    public const string Template = """
        ---
        library_name: transformers
        tags: []
        ---

        # Model Card for Model ID

        <!-- Provide a quick summary of what the model is
        and of what it does, in a few sentences. -->

        ## Model Details

        <!-- ## Usage -->

        This is the card of a model that has been pushed to the hub. It was written by a program.

        - **Developed by:** [More Information Needed]
        - **License:** [More Information Needed]

        ## Uses

        ### Direct Use

        [More Information Needed]

        ## Bias, Risks, and Limitations

        [More Information Needed]

        ## How to Get Started with the Model

        Use the code below to get started with the model.

        [More Information Needed]

        ## Training Data

        [More Information Needed]

        ## Evaluation

        ### Metrics

        [More Information Needed]

        ## Environmental Impact

        Emissions can be estimated as in [a paper on emissions (2019)](https://arxiv.org/abs/1910.99999).
        """;
}
