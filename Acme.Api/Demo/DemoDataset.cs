using System.Text;
using Acme.Registry.Artifacts;

namespace Acme.Api.Demo;

/// <summary>A small dataset: reviews of tools, with a card.</summary>
internal static class DemoDataset
{
    private static readonly string[] Tools = ["hammer", "saw", "drill", "spanner", "plane", "chisel"];

    private static readonly (string Label, string Pattern)[] Reviews =
    [
        ("praise", "This {0} works every day."),
        ("praise", "A good {0}, and it will last."),
        ("complaint", "The {0} broke on the first day."),
        ("complaint", "I sent the {0} back."),
    ];

    /// <summary>The dataset.</summary>
    public static DemoArtifact Make() => new(
        ArtifactType.Dataset,
        "acme/tool-reviews",
        "https://huggingface.co/datasets/acme/tool-reviews",
        [
            DemoFile.Text("README.md", Card),
            DemoFile.Text("data/train.csv", Rows(Tools[..4])),
            DemoFile.Text("data/test.csv", Rows(Tools[4..])),
        ]);

    private static string Rows(string[] tools)
    {
        var rows = new StringBuilder("label,text");
        foreach (var tool in tools)
        {
            foreach (var (label, pattern) in Reviews) rows.Append('\n').Append(label).Append(",\"").Append(pattern.Replace("{0}", tool, StringComparison.Ordinal)).Append('"');
        }
        return rows.ToString();
    }

    private const string Card = """
        ---
        license: cc0-1.0
        language: en
        task_categories: [text-classification]
        size_categories: n<1K
        pretty_name: Tool reviews
        ---
        # Tool reviews

        24 short reviews of tools, half praise and half complaint.

        ## Splits

        | Split | Rows |
        |---|---|
        | train | 16 |
        | test | 8 |

        ## Provenance

        Written by the makers of this registry; no person's words were taken.

        ## Known biases

        Six tools, four sentence patterns: a model learns the patterns and nothing else.
        """;
}
