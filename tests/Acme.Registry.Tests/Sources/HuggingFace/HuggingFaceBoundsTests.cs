using System.Text;
using System.Text.Json;
using Acme.Registry.Artifacts;
using Acme.Registry.Sources;
using Acme.Registry.Sources.HuggingFace;
using Acme.Registry.Tests.Zip;
using Acme.Upstreams;

namespace Acme.Registry.Tests.Sources.HuggingFace;

/// <summary>What a hub should not do and may do, each on a stand-in of its own.</summary>
public sealed class HuggingFaceBoundsTests
{
    private const string Tree = """[{"type":"file","path":"README.md","size":2}]""";

    [Fact]
    public async Task A_repository_of_fifty_thousand_files_is_listed_whole()
    {
        using var fixtures = new TemporaryFixtures("huggingface/datasets/acme/many", """
            {"filesPerPage": 1000, "generated": [{"path": "data/part-{n}.txt", "size": 3, "count": 50000, "lfs": false}]}
            """);
        await using var upstreams = await UpstreamServer.StartAsync(fixtures.Root);
        using var hub = new Hub(upstreams);
        await using var snapshot = await hub.FetchAsync("datasets/acme/many", ArtifactType.Dataset);
        Assert.Equal(50_000, snapshot.Files.Count);
        Assert.Equal(150_000, snapshot.Files.Sum(f => f.Size));
    }

    [Fact]
    public async Task One_file_more_is_too_many()
    {
        var entries = string.Join(',', Enumerable.Range(0, HuggingFaceHub.MaxFiles + 1).Select(i => $$"""{"type":"file","path":"f{{i}}","size":1}"""));
        await using var server = Serve($"[{entries}]");
        Assert.Contains("50,000 files", (await ProblemAsync(server)).Message);
    }

    [Fact]
    public async Task A_list_that_goes_round_in_circles_ends()
    {
        await using var server = new StubServer((request, stream, stop) => stream.WriteAsync(
            request.Path.Contains("/tree/") ? Json(Tree, $"Link: <{request.Path}>; rel=\"next\"\r\n") : Json("""{"id":"a/b"}"""), stop).AsTask());
        await ProblemAsync(server);
        Assert.InRange(server.Requests.Count(r => r.Path.Contains("/tree/")), 1, 2);
    }

    [Fact]
    public async Task Names_of_two_hundred_characters_work()
    {
        var name = new string('n', 200);
        var file = $"{new string('d', 200)}/{new string('f', 200)} #1 100%.txt";
        using var fixtures = new TemporaryFixtures($"huggingface/models/{new string('o', 96)}/{name}", $$"""
            {"generated": [{"path": {{JsonSerializer.Serialize(file)}}, "size": 1000, "lfs": false}]}
            """);
        await using var upstreams = await UpstreamServer.StartAsync(fixtures.Root);
        using var hub = new Hub(upstreams);
        var path = $"{new string('o', 96)}/{name}";
        Assert.Equal(name, hub.Source.NameFor(new($"https://huggingface.co/{path}")));
        await using var snapshot = await hub.FetchAsync(path);
        Assert.Equal(file, Assert.Single(snapshot.Files).Path);
        Assert.Equal(1000, (await ZipReading.ReadAsync(snapshot.Files[0])).Length);
    }

    [Theory]
    [InlineData("../up.txt", "leads elsewhere")]
    [InlineData("a/../../up.txt", "leads elsewhere")]
    [InlineData("/etc/passwd", "absolute path")]
    [InlineData("C:/x", "drive letter")]
    [InlineData("a//b", "empty folder name")]
    [InlineData("a/", "no file name")]
    [InlineData("a\u0000b", "control character")]
    [InlineData("readme.MD", "letter case")]
    [InlineData("README.md/x", "is a file, but other files")]
    public async Task A_path_that_breaks_the_rules_is_refused(string path, string why)
    {
        await using var server = Serve($$"""[{"type":"file","path":"README.md","size":2},{"type":"file","path":{{JsonSerializer.Serialize(path)}},"size":1}]""");
        Assert.Contains(why, (await ProblemAsync(server)).Message);
    }

    [Theory]
    [InlineData("<html>", "not JSON")]
    [InlineData("{}", "in a form that is not known")]
    [InlineData("[]", "holds no files")]
    [InlineData("""[{"type":"file","path":"x"}]""", "without name or size")]
    [InlineData("""[{"type":"file","path":7,"size":1}]""", "without name or size")]
    [InlineData("""[{"type":"file","path":"x","size":-1}]""", "without name or size")]
    [InlineData("""[{"type":"file","path":"\ud800","size":1}]""", "without name or size")]
    public async Task A_list_that_cannot_be_read_is_a_clear_problem(string tree, string why)
    {
        await using var server = Serve(tree);
        Assert.Contains(why, (await ProblemAsync(server)).Message);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"id":5,"sha":[],"tags":"x","cardData":[],"downloads":"many","likes":-1,"gated":false,"usedStorage":1.5}""")]
    [InlineData("""{"id":"../..","sha":"../../x","cardData":{"license":{}}}""")]
    public async Task Fields_that_are_missing_or_strange_are_passed_over(string info)
    {
        await using var server = Serve(Tree, info);
        await using var snapshot = await FetchAsync(server);
        Assert.Equal("README.md", Assert.Single(snapshot.Files).Path);
        Assert.Null(snapshot.Hub!.License);
        Assert.Null(snapshot.Hub.Commit);
        Assert.Contains(server.Requests, r => r.Path.StartsWith("/api/models/a/b/tree/main"));
    }

    [Fact]
    public async Task A_hub_that_answers_to_an_old_name_is_asked_by_it()
    {
        await using var server = Serve(Tree, """{"id":"renamed/name"}""");
        await using var snapshot = await FetchAsync(server);
        Assert.Equal("https://huggingface.co/renamed/name", snapshot.Hub!.Url);
        Assert.All(server.Requests, r => Assert.StartsWith("/api/models/a/b", r.Path));
    }

    [Fact]
    public async Task Commits_that_cannot_be_read_cost_the_history_and_not_the_artifact()
    {
        await using var upstreams = await UpstreamServer.StartAsync();
        upstreams.Faults.Add(Fault.Status("/commits/", 500));
        using var hub = new Hub(upstreams);
        await using var snapshot = await hub.FetchAsync("acme-labs/scratch");
        Assert.Null(snapshot.Hub!.History);
        Assert.StartsWith("The commits could not be read.", snapshot.Hub.Problem);
        Assert.True(snapshot.Hub.IsTransient);
        Assert.Equal(2, snapshot.Files.Count);
    }

    [Fact]
    public async Task A_history_that_was_out_of_reach_is_read_again()
    {
        await using var upstreams = await UpstreamServer.StartAsync();
        upstreams.Faults.Add(Fault.Status("/commits/", 500, times: 1));
        using var hub = new Hub(upstreams);
        await using var snapshot = await hub.FetchAsync("acme-labs/scratch");
        var facts = await hub.Source.ReadAgainAsync(snapshot.Hub!, default);
        Assert.NotNull(facts!.History!.LastCommitAt);
        Assert.Null(facts.Problem);
        Assert.False(facts.IsTransient);
        Assert.Equal(snapshot.Hub!.Commit, facts.Commit);
        Assert.Null(await hub.Source.ReadAgainAsync(snapshot.Hub with { Url = "https://www.kaggle.com/datasets/a/b" }, default));
    }

    [Theory]
    [InlineData("models/acme-research/tinybert-sentiment/revision", "acme-research/tinybert-sentiment/tree/v1.0", 10)]
    [InlineData("models/acme-labs/scratch/(revision|tree)", "acme-labs/scratch/tree/main", 2)]
    public async Task A_hub_without_revisions_is_asked_for_the_repository(string missing, string path, int files)
    {
        await using var upstreams = await UpstreamServer.StartAsync();
        upstreams.Faults.Add(Fault.Status(missing, 404));
        using var hub = new Hub(upstreams);
        await using var snapshot = await hub.FetchAsync(path);
        Assert.Equal(files, snapshot.Files.Count);
    }

    [Fact]
    public async Task Files_of_another_revision_are_not_given_out_for_those_that_were_asked_for()
    {
        await using var upstreams = await UpstreamServer.StartAsync();
        upstreams.Faults.Add(Fault.Status("scratch/(revision|tree)", 404));
        using var hub = new Hub(upstreams);
        Assert.Contains("revision 'v3'", await hub.ProblemAsync("acme-labs/scratch/tree/v3"));
    }

    [Fact]
    public async Task Sizes_that_no_list_tells_are_asked_of_the_files()
    {
        await using var server = new StubServer((request, stream, stop) => stream.WriteAsync(
            request.Path.Contains("/resolve/") ? StubServer.Response(new byte[7])
            : request.Path is "/api/models/a/b" or "/api/models/a/b?blobs=true" ? Json("""{"id":"a/b","siblings":[{"rfilename":"README.md"}]}""")
            : Encoding.Latin1.GetBytes(StubServer.Head("404 Not Found")), stop).AsTask());
        await using var snapshot = await FetchAsync(server);
        Assert.Equal(("README.md", 7L), (Assert.Single(snapshot.Files).Path, snapshot.Files[0].Size));
    }

    [Theory]
    [InlineData("config.json", false)]
    [InlineData("README.md", true)]
    public async Task A_gate_keeps_out_only_whom_it_gives_no_files(string refused, bool isOpen)
    {
        const string Gated = """{"id":"a/b","gated":"auto"}""", Files = """[{"type":"file","path":"README.md","size":2},{"type":"file","path":"config.json","size":2}]""";
        await using var server = new StubServer((request, stream, stop) => stream.WriteAsync(
            request.Path.EndsWith("/" + refused, StringComparison.Ordinal) ? Encoding.Latin1.GetBytes(StubServer.Head("401 Unauthorized", "X-Error-Code: GatedRepo\r\n"))
            : request.Path.Contains("/resolve/") ? StubServer.Response("{}"u8.ToArray())
            : request.Path.Contains("/commits/") ? Encoding.Latin1.GetBytes(StubServer.Head("404 Not Found"))
            : Json(request.Path.Contains("/tree/") ? Files : Gated), stop).AsTask());
        if (!isOpen)
        {
            Assert.Contains("gated", (await ProblemAsync(server)).Message);
            return;
        }
        await using var snapshot = await FetchAsync(server);
        Assert.Equal(2, snapshot.Files.Count);
    }

    [Fact]
    public async Task A_file_whose_connection_is_cut_arrives_whole()
    {
        await using var upstreams = await UpstreamServer.StartAsync();
        upstreams.Faults.Add(Fault.Cut("/resolve/.*model.safetensors", 300_000, times: 2));
        using var hub = new Hub(upstreams);
        await using var snapshot = await hub.FetchAsync("acme-research/tinybert-sentiment");
        Assert.Equal(1 << 20, (await ZipReading.ReadAsync(snapshot.Files.Single(f => f.Remote is not null))).Length);
        Assert.Equal(3, upstreams.Faults.Requests.Count(r => r.EndsWith("model.safetensors")));
    }

    [Fact]
    public async Task Twenty_at_once_ask_the_hub_once()
    {
        await using var upstreams = await UpstreamServer.StartAsync();
        using var hub = new Hub(upstreams);
        var snapshots = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => hub.FetchAsync("acme-research/tinybert-lora")));
        Assert.All(snapshots, s => Assert.Equal(3, s.Files.Count));
        Assert.All(upstreams.Faults.Requests.GroupBy(r => r), g => Assert.Single(g));
    }

    [Fact]
    public async Task A_file_that_redirects_into_the_network_is_refused()
    {
        await using var upstreams = await UpstreamServer.StartAsync();
        upstreams.Faults.Add(Fault.Redirect("/resolve/", "http://169.254.169.254/latest/meta-data/"));
        using var hub = new Hub(upstreams);
        await using var snapshot = await hub.FetchAsync("acme-labs/scratch");
        var refusal = await Assert.ThrowsAnyAsync<SourceException>(() => ZipReading.ReadAsync(snapshot.Files[0]));
        Assert.Contains("169.254.169.254", refusal.Message);
    }

    private static StubServer Serve(string tree, string info = """{"id":"a/b"}""") => new((request, stream, stop) => stream.WriteAsync(
        request.Path.Contains("/commits/") ? Encoding.Latin1.GetBytes(StubServer.Head("404 Not Found")) : Json(request.Path.Contains("/tree/") ? tree : info), stop).AsTask());

    private static byte[] Json(string text, string headers = "") => StubServer.Response(Encoding.UTF8.GetBytes(text), headers: headers);

    private static async Task<Snapshot> FetchAsync(StubServer server)
    {
        using var hub = new HuggingFaceHub(new() { Endpoint = server.Url("/") }, new(), TimeProvider.System);
        return await new HuggingFaceSource(hub).FetchAsync(new("https://huggingface.co/a/b"), ArtifactType.Model, default);
    }

    private static Task<SourceException> ProblemAsync(StubServer server) => Assert.ThrowsAnyAsync<SourceException>(() => FetchAsync(server));

    /// <summary>A folder of fixtures with one repository.</summary>
    private sealed class TemporaryFixtures : IDisposable
    {
        public TemporaryFixtures(string repository, string description)
        {
            var folder = Directory.CreateDirectory(Path.Combine(Root, repository)).FullName;
            File.WriteAllText(Path.Combine(folder, ".upstream.json"), description);
        }

        public string Root { get; } = Directory.CreateTempSubdirectory("acme-fixtures-").FullName;

        public void Dispose() => Directory.Delete(Root, recursive: true);
    }
}
