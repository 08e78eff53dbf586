using System.Diagnostics;
using System.Text.Json;

namespace Acme.AppHost.Tests;

public sealed class ManifestTests
{
    [Fact]
    public async Task The_topology_is_published_without_running_it()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("acme-manifest-").FullName, "manifest.json");
        try
        {
            var start = new ProcessStartInfo("dotnet", ["exec", typeof(Projects.Acme_AppHost).Assembly.Location, "--operation", "publish", "--publisher", "manifest", "--output-path", path])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var host = Process.Start(start)!;
            var output = host.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = host.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await host.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(host.ExitCode == 0, $"{await output}\n{await errors}");

            using var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
            var resources = manifest.RootElement.GetProperty("resources");
            var api = resources.GetProperty("api").GetProperty("env");
            Assert.Equal("dynamodb", api.GetProperty("Catalog__Provider").GetString());
            Assert.Equal("s3", api.GetProperty("Blobs__Provider").GetString());
            Assert.Equal("{admin-password.value}", api.GetProperty("Admin__Password").GetString());
            Assert.Equal("{api.bindings.http.url}", resources.GetProperty("web").GetProperty("env").GetProperty("services__api__http__0").GetString());
            Assert.True(resources.GetProperty("admin-password").GetProperty("inputs").GetProperty("value").GetProperty("secret").GetBoolean());
            // What is only there for development stays out.
            Assert.DoesNotContain(resources.EnumerateObject(), r => r.Name is "s3" or "dynamodb" or "postgres");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }
}
