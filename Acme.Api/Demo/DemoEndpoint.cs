using Acme.Api.Authentication;
using Acme.Registry.Access;

namespace Acme.Api.Demo;

/// <summary>Small artifacts that the project makes itself, to try the registry with.</summary>
public static class DemoEndpoint
{
    /// <summary>Has the registry register the demo artifacts before it answers its first request.</summary>
    public static void FillWithDemo(this WebApplicationBuilder builder) => builder.Services.AddHostedService<FillAtStart>();

    /// <summary><c>POST /demo</c> registers them in a registry that runs, in Development only; not a part of the contract.</summary>
    internal static void MapDemo(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment()) return;
        app.MapPost("/demo", async (DemoFiller demo, CancellationToken cancellationToken) => $"Registered {await demo.FillAsync(cancellationToken)} demo artifacts.")
            .RequirePermission(Permissions.Admin)
            .ExcludeFromDescription();
    }

    private sealed class FillAtStart(DemoFiller demo) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => demo.FillAsync(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
