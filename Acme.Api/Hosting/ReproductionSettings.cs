using Acme.Registry.Jobs;
using Acme.Registry.Scoring.Reproducibility;

namespace Acme.Api.Hosting;

/// <summary>Whether the demo code of cards is run.</summary>
internal static class ReproductionSettings
{
    private const string Section = "Scoring:Reproduction";

    public static void AddReproduction(this WebApplicationBuilder builder)
    {
        var directory = builder.Configuration.DataDirectory();
        builder.Services.AddSettings<ReproductionOptions>(Section)
            .Configure(reproduction => reproduction.Directory ??= Path.Combine(directory, "demo"))
            .Validate(r => r.PythonEnvironment is null || File.Exists(Path.Combine(r.PythonEnvironment, "bin", "python3")), $"{Section}:PythonEnvironment is not a directory with bin/python3 in it.");
        builder.Services.AddSingleton<IJobHandler, ReproduceJob>();
        if (!builder.Configuration.GetValue<bool>($"{Section}:Enabled")) return;
        builder.Services.AddSingleton<BubblewrapRunner>();
        builder.Services.AddSingleton<IReproductionRunner>(services => services.GetRequiredService<BubblewrapRunner>());
        if (!RegistryHost.IsDescribingItself) builder.Services.AddHostedService<SandboxCheck>();
    }

    /// <summary>Keeps a registry whose sandbox does not work from starting: what was asked for would silently never happen.</summary>
    private sealed class SandboxCheck(BubblewrapRunner runner) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            try
            {
                await runner.CheckAsync(cancellationToken);
            }
            catch (RunnerFailedException e)
            {
                throw new SettingException($"{Section}:Enabled is true, but demos cannot be run here: {e.Message} Install bubblewrap and allow user namespaces, or turn it off.", e);
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
