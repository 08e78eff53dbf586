using Acme.Client.Contract;
using Acme.Web.Charts;
using Acme.Web.Components;
using Acme.Web.Pages.Artifacts.Tabs;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Acme.Web.Tests.Components;

public sealed class ComponentTests : BunitContext
{
    private readonly FakeTimeProvider _time = new(new(2026, 5, 17, 12, 0, 0, TimeSpan.Zero));

    public ComponentTests()
    {
        Services.AddLogging();
        Services.AddLocalization();
        Services.AddSingleton<TimeProvider>(_time);
    }

    [Theory]
    [InlineData(30, "just now")]
    [InlineData(90, "a minute ago")]
    [InlineData(3600 * 5, "5 hours ago")]
    [InlineData(86400 + 60, "yesterday")]
    [InlineData(86400 * 400, "13 months ago")]
    [InlineData(-3600 * 10, "in 10 hours")]
    [InlineData((-86400 * 14) + 1, "in 14 days")]
    public void A_moment_says_how_long_ago_and_exactly_when(int secondsAgo, string expected)
    {
        var at = _time.GetUtcNow().UtcDateTime.AddSeconds(-secondsAgo);
        var time = Render<Moment>(p => p.Add(m => m.At, at)).Find("time");
        Assert.StartsWith(expected, time.TextContent);
        Assert.Equal(at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), time.GetAttribute("datetime"));
        Assert.Contains("UTC", time.QuerySelector("small")!.TextContent);
    }

    [Theory]
    [InlineData(0.5, "0.50", 1)]
    [InlineData(0.0, "0.00", 1)]
    [InlineData(-1.0, "not applicable", 0)]
    [InlineData(null, "not rated", 0)]
    public void A_score_shows_its_figure_and_a_bar_only_where_there_is_one(double? value, string expected, int bars)
    {
        var score = Render<ScoreBar>(p => p.Add(s => s.Value, value));
        Assert.Contains(expected, score.Find("b").TextContent);
        Assert.Equal(bars, score.FindAll(".fill").Count);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.00 kB")]
    [InlineData(24_812_345, "24.8 MB")]
    [InlineData(999_999, "1.00 MB")]
    [InlineData(5_000_000_000, "5.00 GB")]
    public void Sizes_have_three_digits(long bytes, string expected) => Assert.Equal(expected, Sizes.Human(bytes));

    [Fact]
    public void A_chart_says_its_figures_in_words_and_in_a_table_and_breaks_where_nothing_was_measured()
    {
        var until = new DateTime(2026, 5, 17, 12, 0, 0, DateTimeKind.Utc);
        ChartLine line = new("p95", [(until.AddMinutes(-10), 5), (until.AddMinutes(-9), 10), (until.AddMinutes(-2), 40)]);
        var chart = Render<LineChart>(p => p.Add(c => c.Title, "Latency").Add(c => c.Unit, "ms").Add(c => c.Lines, [line]).Add(c => c.Until, until).Add(c => c.Minutes, 60));
        Assert.Contains("p95: last 40, most 40 ms", chart.Find("svg[role=img]").GetAttribute("aria-label"));
        Assert.Equal(3, chart.FindAll("tbody tr").Count);
        Assert.Equal(2, chart.Find("path.line").GetAttribute("d")!.Count(c => c == 'M'));
    }

    [Fact]
    public void A_lineage_stands_left_of_what_is_made_from_it_also_where_references_run_in_a_circle()
    {
        ArtifactLineageNode Node(string id) => new() { Node = id, ArtifactId = id, Name = id, Source = "config_json" };
        ArtifactLineageEdge Edge(string from, string to) => new() { FromNodeArtifactId = from, ToNodeArtifactId = to, Relationship = "base_model" };
        var layout = new LineageLayout(new() { Nodes = [Node("me"), Node("parent"), Node("grandparent"), Node("data")], Edges = [Edge("parent", "me"), Edge("grandparent", "parent"), Edge("data", "me"), Edge("data", "parent"), Edge("me", "grandparent")] }, "me");
        var x = layout.Places.ToDictionary(p => p.Node.ArtifactId, p => p.X);
        Assert.True(x["grandparent"] < x["parent"] && x["parent"] < x["me"] && x["data"] < x["parent"]);
        Assert.Equal(4, layout.Places.Select(p => (p.X, p.Y)).Distinct().Count());
        Assert.All(layout.Places, p => Assert.InRange(p.X + LineageLayout.NodeWidth, 1, layout.Width));
    }

    [Fact]
    public void Files_stand_below_the_row_of_their_folder()
    {
        ArtifactFile File(string path) => new() { Path = path, Size = 1, Sha256 = new('0', 64), Mirrored = true, State = FileState.Stored };
        var rows = FileTree.Rows([File("b/c/two.txt"), File("README.md"), File("b/one.txt"), File("a/z.txt")]);
        Assert.Equal(
            ["0 README.md", "0 a/", "1 z.txt", "0 b/", "1 one.txt", "1 c/", "2 two.txt"],
            rows.Select(r => $"{r.Depth} {r.Name}{(r.File is null ? "/" : "")}"));
    }
}
