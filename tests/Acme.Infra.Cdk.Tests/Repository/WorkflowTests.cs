using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Acme.Infra.Cdk.Tests.Repository;

public sealed partial class WorkflowTests
{
    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(RepositoryFiles.At(".github"), "*.yml", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(RepositoryFiles.Root, f)).Order()];

    public static TheoryData<string> Workflows => [.. Files.Select(f => f.Data).Where(f => f.Contains("workflows", StringComparison.Ordinal))];

    public static TheoryData<string> Scripts => [.. Directory.EnumerateFiles(RepositoryFiles.At("scripts"), "*.sh").Select(f => Path.GetRelativePath(RepositoryFiles.Root, f)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_is_YAML_without_a_key_twice(string file) => Assert.NotEmpty(Read(file).Children);

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_action_is_pinned_by_its_full_commit_with_the_version_beside_it(string file)
    {
        var uses = File.ReadLines(RepositoryFiles.At(file)).Where(l => l.TrimStart().TrimStart('-').TrimStart().StartsWith("uses:", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(uses);
        Assert.All(uses, line => Assert.Matches(PinnedAction(), line));
    }

    [Fact]
    public void One_action_is_pinned_to_one_commit_everywhere()
    {
        var pins = Workflows.SelectMany(f => PinnedAction().Matches(File.ReadAllText(RepositoryFiles.At(f.Data)))).Select(m => (Action: m.Groups[1].Value, Commit: m.Groups[2].Value)).Distinct();
        Assert.All(pins.GroupBy(p => p.Action), pin => Assert.Single(pin));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_job_has_a_time_limit_and_no_more_rights_than_it_names(string file)
    {
        var workflow = Read(file);
        var permissions = (YamlMappingNode)workflow["permissions"];
        Assert.Equal(["contents: read"], permissions.Children.Select(p => $"{p.Key}: {p.Value}"));
        foreach (var (name, job) in ((YamlMappingNode)workflow["jobs"]).Children)
        {
            Assert.True(((YamlMappingNode)job).Children.ContainsKey("timeout-minutes"), $"{name} has no timeout-minutes.");
            if (((YamlMappingNode)job).Children.TryGetValue("permissions", out var own))
                Assert.All(((YamlMappingNode)own).Children, p => Assert.Contains($"{p.Key}: {p.Value}", new[] { "contents: read", "id-token: write", "security-events: write" }));
        }
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void No_shell_line_has_the_text_of_an_event_pasted_into_it(string file)
    {
        // What a pull request's title or a branch's name holds would be run.
        var runs = Steps(Read(file)).Where(s => s.Children.ContainsKey("run")).Select(s => s["run"].ToString());
        Assert.All(runs, run => Assert.DoesNotMatch(Pasted(), run));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_script_and_path_that_it_names_exists(string file)
    {
        foreach (var step in Steps(Read(file)))
        {
            if (!step.Children.TryGetValue("run", out var run)) continue;
            foreach (Match path in NamedPath().Matches(run.ToString()))
            {
                var named = path.Value.Replace("../", "", StringComparison.Ordinal).Replace("${{ matrix.service }}", "Api", StringComparison.Ordinal);
                Assert.True(Path.Exists(RepositoryFiles.At(named)), $"{file} names {named}.");
            }
        }
        foreach (var node in Read(file).AllNodes.OfType<YamlMappingNode>())
        {
            foreach (var key in new[] { "working-directory", "global-json-file" })
            {
                if (node.Children.TryGetValue(key, out var path)) Assert.True(Path.Exists(RepositoryFiles.At(path.ToString())), $"{file} names {path}.");
            }
        }
    }

    [Fact]
    public void The_check_of_workflows_finds_what_is_not_there() =>
        Assert.Contains("scripts/none.sh", NamedPath().Matches("bash scripts/none.sh --fast").Select(m => m.Value));

    [Fact]
    public void Dependabot_watches_directories_that_exist_for_all_four_kinds()
    {
        var updates = ((YamlSequenceNode)Read(".github/dependabot.yml")["updates"]).Cast<YamlMappingNode>().ToList();
        Assert.Equal(["docker", "github-actions", "npm", "nuget"], updates.Select(u => u["package-ecosystem"].ToString()).Order());
        var directories = updates.SelectMany(u => u.Children.TryGetValue("directories", out var several) ? ((YamlSequenceNode)several).Select(d => d.ToString()) : [u["directory"].ToString()]);
        Assert.All(directories, d => Assert.True(Directory.Exists(RepositoryFiles.At(d.TrimStart('/'))), d));
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task A_script_is_executable_and_its_syntax_is_right(string script)
    {
        if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(RepositoryFiles.At(script)).HasFlag(UnixFileMode.UserExecute));
        var (exitCode, output) = await Shell.RunAsync("bash", ["-n", RepositoryFiles.At(script)]);
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task The_commands_of_the_runbook_are_shell_that_parses()
    {
        var blocks = ShellBlock().Matches(File.ReadAllText(RepositoryFiles.At("docs/operations.md"))).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(blocks);
        foreach (var block in blocks)
        {
            // What stands in angle brackets is for the reader to fill in.
            var (exitCode, output) = await Shell.RunAsync("bash", ["-n", "-c", Placeholder().Replace(block, "placeholder")]);
            Assert.True(exitCode == 0, $"{output}\n{block}");
        }
    }

    [Fact]
    public void Every_script_that_the_runbook_names_exists()
    {
        var named = NamedPath().Matches(File.ReadAllText(RepositoryFiles.At("docs/operations.md"))).Select(m => m.Value).Distinct().ToList();
        Assert.Contains("scripts/deploy.sh", named);
        Assert.All(named, path => Assert.True(Path.Exists(RepositoryFiles.At(path)), path));
    }

    private static YamlMappingNode Read(string file)
    {
        var yaml = new YamlStream();
        using var reader = File.OpenText(RepositoryFiles.At(file));
        yaml.Load(reader);
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static IEnumerable<YamlMappingNode> Steps(YamlMappingNode workflow) =>
        ((YamlMappingNode)workflow["jobs"]).Children.Values.SelectMany(job => ((YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>());

    [GeneratedRegex(@"uses: ([A-Za-z0-9-]+(?:/[A-Za-z0-9_.-]+)+)@([0-9a-f]{40}) # v[0-9]+\.[0-9]+\.[0-9]+$", RegexOptions.Multiline)]
    private static partial Regex PinnedAction();

    [GeneratedRegex(@"\$\{\{\s*(github\.event|github\.head_ref|github\.ref_name|inputs|steps|vars|secrets)\b")]
    private static partial Regex Pasted();

    [GeneratedRegex(@"(?:\.\./)?(?:scripts/[A-Za-z0-9_-]+\.sh|Acme\.[A-Za-z.]+\.(?:sln|slnf)|Acme\.sln|Acme\.\$\{\{ matrix\.service \}\}/Dockerfile|tests/Acme\.[A-Za-z.]+[A-Za-z]|Acme\.Api/OpenApi|Acme\.Infra\.Cdk(?:/[A-Za-z.]+[A-Za-z])*)")]
    private static partial Regex NamedPath();

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex("<[a-z][a-zA-Z ]*>")]
    private static partial Regex Placeholder();
}
