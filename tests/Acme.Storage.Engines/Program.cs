using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Acme.Storage.Engines;

// Runs one engine until it is told to stop: s3 | dynamodb | postgres. ENGINE_PORT says where it listens; on READY_PORT, if given, a request is
// answered with 200 as soon as it is ready. Its only user is "acme" with the password "acme-secret". What it keeps is gone when it stops.
if (args is not [var engine]) throw new ArgumentException("Name one engine: s3, dynamodb or postgres.");
int? Port(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } port ? int.Parse(port, CultureInfo.InvariantCulture) : null;

using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
await using var running = await StartAsync();
Console.WriteLine($"{engine} is ready on port {Port("ENGINE_PORT")}.");
using var ready = new HttpListener();
if (Port("READY_PORT") is { } readyPort)
{
    ready.Prefixes.Add($"http://127.0.0.1:{readyPort}/");
    ready.Prefixes.Add($"http://localhost:{readyPort}/");
    ready.Start();
    _ = AnswerAsync();
}
try
{
    await Task.Delay(Timeout.Infinite, stop.Token);
}
catch (OperationCanceledException)
{
    ready.Close();
}

async Task<IAsyncDisposable> StartAsync()
{
    switch (engine)
    {
        case "s3": return await RadosGateway.StartAsync(Port("ENGINE_PORT"));
        case "dynamodb": return await Dynalite.StartAsync(Port("ENGINE_PORT"));
        case "postgres":
            var cluster = await PostgresCluster.StartAsync(Port("ENGINE_PORT"));
            await cluster.ExecuteAsync("CREATE ROLE acme SUPERUSER LOGIN PASSWORD 'acme-secret'");
            await cluster.CreateDatabaseAsync("registry");
            return cluster;
        default: throw new ArgumentException($"There is no engine '{engine}'; there are s3, dynamodb and postgres.");
    }
}

async Task AnswerAsync()
{
    while (ready.IsListening)
    {
        try
        {
            (await ready.GetContextAsync()).Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            return;
        }
    }
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
