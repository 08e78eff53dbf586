using System.Text.RegularExpressions;

namespace Acme.Infra.Cdk.Tests.Repository;

public sealed partial class ContainerImageTests
{
    public static TheoryData<string> Services => ["Api", "Web"];

    [Theory]
    [MemberData(nameof(Services))]
    public void The_final_image_is_chiselled_without_rights_and_knows_its_health(string service)
    {
        var last = Read(service)[Read(service).LastIndexOf("FROM ", StringComparison.Ordinal)..];
        Assert.StartsWith("FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled", last);
        Assert.Contains("\nUSER $APP_UID", last);
        Assert.Contains($"HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD [\"dotnet\", \"Acme.{service}.dll\", \"healthcheck\"]", last);
        Assert.Contains("VOLUME /var/acme", last);
        Assert.Contains("COPY --from=lambda-adapter /lambda-adapter /opt/extensions/lambda-adapter", last);
        // There is no shell to run anything with.
        Assert.DoesNotContain("\nRUN ", last);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Every_image_that_it_builds_on_has_a_version(string service) =>
        Assert.All(Base().Matches(Read(service)).Select(m => m.Groups[1].Value), image => Assert.Matches("^[a-z0-9./-]+:[0-9][a-z0-9.-]+$", image));

    [Theory]
    [MemberData(nameof(Services))]
    public void The_build_runs_on_the_builders_own_processor_for_the_one_asked_for(string service)
    {
        Assert.Contains("FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0", Read(service));
        Assert.Contains("-a $TARGETARCH", Assert.Single(PublishLines(service)));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void What_the_build_needs_is_let_in_and_what_it_does_not_need_is_kept_out(string service)
    {
        var letIn = LetIn();
        Assert.Contains("*", File.ReadLines(RepositoryFiles.At(".dockerignore")));
        Assert.All(letIn, path => Assert.True(Path.Exists(RepositoryFiles.At(path)), path));
        Assert.DoesNotContain(letIn, path => path.StartsWith("tests", StringComparison.Ordinal) || path.StartsWith(".git", StringComparison.Ordinal));
        foreach (var room in Closure($"Acme.{service}", [])) Assert.Contains(room, letIn);
    }

    [Fact]
    public async Task The_published_API_answers_and_finds_itself_healthy()
    {
        using var published = await PublishAsync("Api");
        await using var api = await RunningProgram.StartAsync(published.Directory, "Acme.Api.dll", ("Data__Directory", Path.Combine(published.Directory, "data")), ("Admin__Name", "admin"), ("Admin__Password", "a password of the test"));
        using var http = new HttpClient { BaseAddress = api.Address };
        Assert.Equal(System.Net.HttpStatusCode.OK, (await http.GetAsync("/health")).StatusCode);

        Assert.Equal(0, (await Probe(published.Directory, api.Address.Port)).ExitCode);
        await api.DisposeAsync();
        var (exitCode, output) = await Probe(published.Directory, api.Address.Port);
        Assert.Equal(1, exitCode);
        Assert.Contains("does not answer", output);
    }

    [Fact]
    public async Task The_published_web_starts()
    {
        using var published = await PublishAsync("Web");
        await using var web = await RunningProgram.StartAsync(published.Directory, "Acme.Web.dll", ("Web__ApiAddress", "http://127.0.0.1:9"));
        using var http = new HttpClient { BaseAddress = web.Address };
        Assert.True((int)(await http.GetAsync("/alive")).StatusCode < 500);
    }

    private static Task<(int ExitCode, string Output)> Probe(string directory, int port) =>
        Shell.RunAsync("dotnet", [Path.Combine(directory, "Acme.Api.dll"), "healthcheck"], directory, ("ASPNETCORE_HTTP_PORTS", $"{port}"), ("ASPNETCORE_URLS", ""));

    /// <summary>Runs the Dockerfile's own publish line on what .dockerignore lets in, with this machine for the builder and the target.</summary>
    private static async Task<Published> PublishAsync(string service)
    {
        var published = new Published();
        var source = Path.Combine(published.Root, "source");
        foreach (var path in LetIn()) Copy(RepositoryFiles.At(path), Path.Combine(source, path));
        var architecture = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";
        var line = Assert.Single(PublishLines(service))
            .Replace("$TARGETARCH", architecture, StringComparison.Ordinal)
            .Replace("-o /app", $"-o {published.Directory}", StringComparison.Ordinal);
        Assert.Contains(published.Directory, line);
        // Inside the image nothing says that this is CI; there the lock files get the processor's own part added.
        var (exitCode, output) = await Shell.RunAsync("bash", ["-c", line], source, ("CI", ""));
        Assert.True(exitCode == 0, output);
        return published;
    }

    private static List<string> LetIn() => [.. File.ReadLines(RepositoryFiles.At(".dockerignore")).Where(l => l.StartsWith('!')).Select(l => l[1..])];

    private static void Copy(string from, string to)
    {
        if (File.Exists(from))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to);
            return;
        }
        var keptOut = File.ReadLines(RepositoryFiles.At(".dockerignore")).Where(l => l.StartsWith("**/", StringComparison.Ordinal)).Select(l => l[3..]).ToHashSet();
        foreach (var entry in Directory.EnumerateFileSystemEntries(from).Where(e => !keptOut.Contains(Path.GetFileName(e)))) Copy(entry, Path.Combine(to, Path.GetFileName(entry)));
    }

    private static IEnumerable<string> PublishLines(string service) =>
        Read(service).Split('\n').Where(l => l.StartsWith("RUN dotnet publish", StringComparison.Ordinal)).Select(l => l["RUN ".Length..]);

    private static string Read(string service) => File.ReadAllText(RepositoryFiles.At($"Acme.{service}/Dockerfile"));

    private static HashSet<string> Closure(string room, HashSet<string> seen)
    {
        if (!seen.Add(room)) return seen;
        foreach (Match reference in Reference().Matches(File.ReadAllText(RepositoryFiles.At($"{room}/{room}.csproj")))) Closure(reference.Groups[1].Value, seen);
        return seen;
    }

    [GeneratedRegex(@"^FROM (?:--platform=\S+ )?(\S+)", RegexOptions.Multiline)]
    private static partial Regex Base();

    [GeneratedRegex("ProjectReference Include=\"\\.\\./([A-Za-z.]+)/")]
    private static partial Regex Reference();

    private sealed class Published : IDisposable
    {
        public string Root { get; } = System.IO.Directory.CreateTempSubdirectory("acme-publish-").FullName;

        public string Directory => Path.Combine(Root, "app");

        public void Dispose() => System.IO.Directory.Delete(Root, recursive: true);
    }
}
