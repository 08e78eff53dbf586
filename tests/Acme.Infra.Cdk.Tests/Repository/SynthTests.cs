namespace Acme.Infra.Cdk.Tests.Repository;

/// <summary>The command line that an operator uses, at its pinned version.</summary>
public sealed class SynthTests
{
    [Fact]
    public void The_lock_file_names_no_registry()
    {
        var text = File.ReadAllText(RepositoryFiles.At("Acme.Infra.Cdk/package-lock.json"));
        Assert.DoesNotContain("\"resolved\"", text);
        Assert.Contains("\"version\": \"2.1148.1\"", text);
    }

    [Fact]
    public async Task Npm_ci_and_cdk_synth_work_on_a_machine_with_dotnet_and_node()
    {
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(d => File.Exists(Path.Combine(d, "npm")))) Assert.Skip("npm is not on the PATH.");
        var directory = RepositoryFiles.At("Acme.Infra.Cdk");
        var (installed, log) = await Shell.RunAsync("npm", ["ci", "--no-audit", "--no-fund"], directory);
        Assert.True(installed == 0, log);

        // The program that is built already: building it again from inside a test run would change what other tests run from.
        var output = Directory.CreateTempSubdirectory("acme-synth-").FullName;
        try
        {
            // artifacts/bin/<project>/<configuration>/
            var here = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            var app = $"dotnet {Path.Combine(here.Parent!.Parent!.FullName, "Acme.Infra.Cdk", here.Name, "Acme.Infra.Cdk.dll")}";
            var (exitCode, text) = await Shell.RunAsync("npx", ["--no-install", "cdk", "synth", "--quiet", "--app", app, "--output", output, "-c", "compute=lambda"], directory);
            Assert.True(exitCode == 0, text);
            Assert.Equal(["data.template.json", "delivery.template.json", "service.template.json"], Directory.EnumerateFiles(output, "*.template.json").Select(f => Path.GetFileName(f)).Order());

            // Without a tag the images are built of the checkout, so their sources are assets: those of the rooms, and nothing else.
            var assets = Directory.EnumerateDirectories(output, "asset.*").Where(a => File.Exists(Path.Combine(a, "Acme.Api", "Dockerfile"))).ToList();
            Assert.NotEmpty(assets);
            Assert.All(assets, asset => Assert.False(Directory.Exists(Path.Combine(asset, "tests")) || Directory.Exists(Path.Combine(asset, "artifacts")), asset));

            var (refused, complaint) = await Shell.RunAsync("npx", ["--no-install", "cdk", "synth", "--quiet", "--app", app, "--output", output, "-c", "profile=staging"], directory);
            Assert.NotEqual(0, refused);
            Assert.Contains("profile is 'staging'; it can be: dev, prod.", complaint);
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }
}
