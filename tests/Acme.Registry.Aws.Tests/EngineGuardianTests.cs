using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Acme.Registry.Aws.Tests;

/// <summary>Engines are large; a test run that is killed must not leave them behind.</summary>
public sealed class EngineGuardianTests
{
    [Theory]
    [InlineData("s3", "acme-rgw-*")]
    [InlineData("dynamodb", "acme-dynalite-*")]
    public async Task An_engine_ends_with_the_process_that_started_it_when_that_is_killed(string engine, string directories)
    {
        Assert.SkipWhen(engine == "s3" && Acme.Storage.Engines.RadosGateway.MissingPrerequisite is not null, Acme.Storage.Engines.RadosGateway.MissingPrerequisite ?? "");
        Assert.SkipWhen(engine == "dynamodb" && Acme.Storage.Engines.Dynalite.MissingPrerequisite is not null, Acme.Storage.Engines.Dynalite.MissingPrerequisite ?? "");
        var port = FreePort();
        // A directory of its own for temporary files, where nobody else's engines are.
        var temporary = Directory.CreateTempSubdirectory("acme-guardian-");
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Acme.Storage.Engines.dll"), engine]) { RedirectStandardOutput = true };
        start.Environment["ENGINE_PORT"] = $"{port}";
        start.Environment["TMPDIR"] = temporary.FullName;
        using var starter = Process.Start(start)!;
        try
        {
            Assert.Contains("is ready", await starter.StandardOutput.ReadLineAsync());
            Assert.True(await ListensAsync(port));
            Assert.NotEmpty(temporary.GetDirectories(directories));

            starter.Kill();
            await starter.WaitForExitAsync();
            for (var attempt = 0; attempt < 300 && (await ListensAsync(port) || temporary.GetDirectories(directories).Length > 0); attempt++) await Task.Delay(100);
            Assert.False(await ListensAsync(port));
            Assert.Empty(temporary.GetDirectories(directories));
            Assert.DoesNotContain(CommandLines(), line => line.Contains(temporary.FullName, StringComparison.Ordinal));
        }
        finally
        {
            if (!starter.HasExited) starter.Kill();
            temporary.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> CommandLines()
    {
        foreach (var process in Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)))
        {
            string? line = null;
            try
            {
                line = File.ReadAllText(Path.Combine(process, "cmdline"));
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
            if (line is not null) yield return line;
        }
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
