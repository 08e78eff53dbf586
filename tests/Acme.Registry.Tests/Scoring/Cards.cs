namespace Acme.Registry.Tests.Scoring;

/// <summary>Cards written for the tests.</summary>
internal static class Cards
{
    public const string Good = """
        ---
        license: apache-2.0
        pipeline_tag: text-classification
        library_name: transformers
        language: [en, de]
        datasets:
        - acme/reviews
        base_model: acme/base
        base_model_relation: finetune
        model-index:
        - name: model
          results:
          - task: {type: text-classification}
            dataset: {name: Reviews, type: acme/reviews}
            metrics:
            - {type: accuracy, value: 0.91}
            - {type: f1, value: 0.9}
        ---
        # Model

        A classifier for reviews of tools. It tells praise from complaint.

        ## How to use

        Install it with the command below.

        ```bash
        pip install transformers
        ```

        ```python
        from transformers import pipeline
        classify = pipeline("text-classification", model="acme/model")
        print(classify("It broke on the first day."))
        ```

        ## Training data

        20,000 reviews, collected from volunteers, with a training set and a test set, released under CC0.
        The reviewers are not representative of all customers, a known bias.
        See https://huggingface.co/datasets/acme/reviews.

        ## Evaluation

        | Dataset | Accuracy |
        |---|---|
        | Reviews | 0.91 |
        | Tweets | 0.85 |

        As in https://arxiv.org/abs/2401.00001 and the code at https://github.com/acme/train.

        ## Limitations

        English and German only.

        ## License

        Apache 2.0.
        """;

    public const string Poor = "A model.";
}
