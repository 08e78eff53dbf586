using Acme.Registry.Artifacts;

namespace Acme.Api.Demo;

/// <summary>A small code repository: the Python package that loads the demo's models.</summary>
internal static class DemoCode
{
    /// <summary>The repository.</summary>
    public static DemoArtifact Make() => new(
        ArtifactType.Code,
        "acme-classify",
        "https://github.com/acme/classify",
        [
            DemoFile.Text("README.md", "# acme-classify\n\nLoads and runs word-vector classifiers.\n\n```bash\npip install acme-classify\n```\n\n## License\n\nMIT."),
            DemoFile.Text("LICENSE", DemoTexts.Mit),
            DemoFile.Text("pyproject.toml", Project),
            DemoFile.Text(".github/workflows/test.yml", Workflow),
            DemoFile.Text("acme_classify/__init__.py", "from .classifier import Classifier\n\n__all__ = [\"Classifier\"]"),
            DemoFile.Text("acme_classify/classifier.py", Classifier),
            DemoFile.Text("acme_classify/py.typed", ""),
            DemoFile.Text("tests/test_classifier.py", Test),
        ]);

    private const string Project = """
        [build-system]
        requires = ["setuptools>=68"]
        build-backend = "setuptools.build_meta"

        [project]
        name = "acme-classify"
        version = "0.1.0"
        description = "Word-vector text classifiers"
        license = { text = "MIT" }
        requires-python = ">=3.10"
        dependencies = ["numpy", "safetensors"]

        [tool.ruff]
        line-length = 100
        """;

    private const string Workflow = """
        name: test
        on: [push, pull_request]
        jobs:
          test:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - uses: actions/setup-python@v5
                with: { python-version: "3.12" }
              - run: pip install . pytest
              - run: pytest
        """;

    private const string Classifier = """"
        """A classifier that averages word vectors."""

        from __future__ import annotations

        import json
        from pathlib import Path

        import numpy as np
        from safetensors.numpy import load_file


        class Classifier:
            """Word vectors, one hidden layer, one output layer."""

            def __init__(self, weights: dict[str, np.ndarray], vocabulary: dict[str, int], labels: list[str]) -> None:
                self._weights = weights
                self._vocabulary = vocabulary
                self._labels = labels

            @classmethod
            def load(cls, directory: str) -> Classifier:
                """Reads a model from a directory."""
                path = Path(directory)
                tokenizer = json.loads((path / "tokenizer.json").read_text())
                labels = json.loads((path / "config.json").read_text())["id2label"]
                return cls(
                    load_file(path / "model.safetensors"),
                    tokenizer["model"]["vocab"],
                    [labels[str(i)] for i in range(len(labels))],
                )

            def __call__(self, text: str) -> str:
                """The most likely label."""
                ids = [self._vocabulary.get(word, 0) for word in text.lower().split()] or [0]
                mean = self._weights["embedding.weight"][ids].mean(axis=0)
                hidden = np.maximum(self._weights["hidden.weight"] @ mean + self._weights["hidden.bias"], 0)
                scores = self._weights["output.weight"] @ hidden + self._weights["output.bias"]
                return self._labels[int(scores.argmax())]
        """";

    private const string Test = """
        import numpy as np

        from acme_classify import Classifier


        def make() -> Classifier:
            weights = {
                "embedding.weight": np.eye(2),
                "hidden.weight": np.eye(2),
                "hidden.bias": np.zeros(2),
                "output.weight": np.eye(2),
                "output.bias": np.zeros(2),
            }
            return Classifier(weights, {"bad": 0, "good": 1}, ["complaint", "praise"])


        def test_each_word_decides() -> None:
            assert make()("good") == "praise"
            assert make()("bad") == "complaint"


        def test_no_words_are_answered_too() -> None:
            assert make()("") in ("complaint", "praise")
        """;
}
