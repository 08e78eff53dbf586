using System.Reflection;
using Acme.Measuring.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Acme.Benchmarks;

/// <summary>An ASP.NET Core application with one endpoint that answers an empty 200, in a process of its own.</summary>
internal sealed class EmptyServer : IDisposable
{
    /// <summary>The verb under which this program is that application.</summary>
    public const string Verb = "empty-server";

    private readonly ChildProcess _process;

    private EmptyServer(ChildProcess process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int Id => _process.Id;

    /// <summary>Starts it and returns once it listens.</summary>
    public static async Task<EmptyServer> StartAsync(CancellationToken cancellationToken)
    {
        var port = LoopbackPort.Free();
        // The collector and the spinning of threads that applications of ASP.NET Core have unless they say otherwise.
        var defaults = new Dictionary<string, string> { ["DOTNET_gcServer"] = "1", ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "70" };
        var process = new ChildProcess("dotnet", [Assembly.GetExecutingAssembly().Location, Verb, $"{port}"], null, defaults);
        try
        {
            await process.UntilAsync(LoopbackPort.AcceptsAsync(port, cancellationToken), cancellationToken);
            return new(process, new($"http://127.0.0.1:{port}"));
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>Is the application; returns when it is told to stop.</summary>
    public static async Task ServeAsync(string port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        app.MapGet("/", () => { });
        await app.RunAsync();
    }

    public void Dispose() => _process.Dispose();
}
