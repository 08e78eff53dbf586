using System.Net.Sockets;
using System.Reflection;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;

namespace Acme.Api.Hosting;

/// <summary>Runs a registry process, and ends it with a readable message where its configuration does not let it start.</summary>
public static class RegistryHost
{
    /// <summary>True while the build has the program describe its API: nothing may be opened, written or started then.</summary>
    internal static bool IsDescribingItself { get; } = Assembly.GetEntryAssembly()?.GetName().Name == "GetDocument.Insider";

    /// <summary>Builds the application and runs it until it is told to stop.</summary>
    /// <param name="build">Makes the application.</param>
    /// <returns>The process's exit code: 0 after an orderly stop, 78 (configuration error, as in <c>sysexits.h</c>) when it could not start.</returns>
    public static async Task<int> RunAsync(Func<WebApplication> build)
    {
        try
        {
            await using var app = build();
            await app.RunAsync();
            return 0;
        }
        catch (Exception e) when (!IsDescribingItself && ProblemsOf(e) is { } problems)
        {
            await Console.Error.WriteLineAsync("The registry cannot start:");
            foreach (var problem in problems) await Console.Error.WriteLineAsync($"  - {problem}");
            return 78;
        }
    }

    private static IEnumerable<string>? ProblemsOf(Exception e) => e switch
    {
        OptionsValidationException options => options.Failures,
        SettingException or StorageUnavailableException => [e.Message],
        InvalidOperationException { InnerException: FormatException or ArgumentException } when e.Message.Contains(" at '", StringComparison.Ordinal) || e.Message.StartsWith("Proxies:", StringComparison.Ordinal) => [e.Message],
        IOException when e.Message.Contains("Data:Directory", StringComparison.Ordinal) || e.Message.Contains("Postgres:", StringComparison.Ordinal) => [e.Message],
        _ when IsAboutAddress(e) => [$"The address to listen on cannot be used: {e.Message} Choose another with --urls or ASPNETCORE_URLS."],
        _ => null,
    };

    // At start the web server has nothing to complain about but its addresses; what is wrong with one shows in many exceptions.
    private static bool IsAboutAddress(Exception e) =>
        e.Source == "Microsoft.AspNetCore.Server.Kestrel.Core"
        || e is SocketException or ArgumentOutOfRangeException { ParamName: "port" }
        || (e is FormatException && e.Message.Contains("url", StringComparison.OrdinalIgnoreCase));
}

/// <summary>A setting keeps the process from starting; the message names its key and says what it may be.</summary>
public sealed class SettingException(string message, Exception? inner = null) : Exception(message, inner);
