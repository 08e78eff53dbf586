using System.Globalization;
using Acme.Api.Hosting;
using Acme.Registry.Maintenance;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;

namespace Acme.Standalone.Copy;

/// <summary>
/// <c>copy</c>: brings a registry from one pair of drivers to another. Settings of the source stand below <c>From</c>, those of the target below
/// <c>To</c>, each as the registry itself takes them.
/// </summary>
internal static class CopyCommand
{
    /// <summary>Copies, and draws a bar while it does.</summary>
    /// <returns>0 when everything was copied, 1 when something could not be, 78 when a setting is wrong.</returns>
    public static async Task<int> RunAsync(string[] settings)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };
        try
        {
            var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(settings).Build();
            await using var from = Storage(configuration, "From");
            await using var to = Storage(configuration, "To");
            return await CopyAsync(from, to, stop.Token);
        }
        catch (SettingException e)
        {
            await Console.Error.WriteLineAsync($"The copy cannot start: {e.Message}");
            return 78;
        }
        catch (OptionsValidationException e)
        {
            await Console.Error.WriteLineAsync($"The copy cannot start: {string.Join(" ", e.Failures)}");
            return 78;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("\nStopped. Run it again to go on from here.");
            return 1;
        }
        catch (Exception e) when (e is IOException or StorageFullException or StorageUnavailableException)
        {
            await Console.Error.WriteLineAsync($"\n{e.Message} Run it again to go on from here.");
            return 1;
        }
    }

    private static ServiceProvider Storage(IConfiguration configuration, string side)
    {
        var section = configuration.GetSection(side);
        if (!section.Exists())
            throw new SettingException($"Nothing is set below {side}. Name both registries, such as --From:Data:Directory acme-data --To:Catalog:Provider postgres --To:Blobs:Provider postgres.");
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        try
        {
            services.AddStorage(section);
        }
        catch (SettingException e)
        {
            throw new SettingException($"{side}: {e.Message}", e);
        }
        return services.BuildServiceProvider();
    }

    private static async Task<int> CopyAsync(ServiceProvider from, ServiceProvider to, CancellationToken cancellationToken)
    {
        var source = from.GetRequiredService<ICatalog>();
        await source.PrepareAsync(cancellationToken);
        var copy = new RegistryCopy(
            source, from.GetRequiredService<IBlobStore>(), to.GetRequiredService<ICatalog>(), to.GetRequiredService<IBlobStore>(), TimeProvider.System);
        var bar = new ProgressBar(Console.Out, !Console.IsOutputRedirected, TimeProvider.System);
        var report = await copy.RunAsync(bar, cancellationToken);
        bar.End();
        if (report is { Users: 0, Artifacts: 0, Failures.Count: 0 })
        {
            await Console.Error.WriteLineAsync("The source holds nothing. Check the settings below From.");
            return 1;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Copied {report.Users} users, {report.Artifacts} artifacts with {report.Bytes:N0} bytes, {report.Deleted} deleted ones that can be restored, and {report.AuditEntries} audit entries. Everybody signs in again."));
        foreach (var failure in report.Failures) await Console.Error.WriteLineAsync($"Not copied: {failure}");
        return report.Failures.Count == 0 ? 0 : 1;
    }
}
