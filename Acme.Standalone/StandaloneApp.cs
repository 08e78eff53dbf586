using Acme.Api.Demo;
using Acme.Api.Hosting;
using Acme.ServiceDefaults;
using Acme.Standalone.OneOrigin;
using Acme.Web.Hosting;

namespace Acme.Standalone;

/// <summary>The whole registry in one process, on the embedded drivers unless configured otherwise.</summary>
public static class StandaloneApp
{
    /// <summary>Puts the application together; the caller runs it.</summary>
    /// <param name="args">Settings as <c>--Key value</c>, and <c>--demo</c> to fill an empty registry with demo artifacts.</param>
    /// <param name="configure">Changes what has been added, before the application is built.</param>
    /// <exception cref="SettingException">A setting is wrong.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        const string demo = "--demo";
        // appsettings.json lies beside the program; the working directory is the user's, and holds only the data.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = [.. args.Where(a => a != demo)], ContentRootPath = AppContext.BaseDirectory });
        builder.AddServiceDefaults();
        builder.AddRegistry();
        builder.AddOwnCalls();
        builder.AddWeb();
        if (args.Contains(demo)) builder.FillWithDemo();
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseOwnCalls();
        app.UseRegistry();
        app.UseWeb();
        app.MapRegistry();
        app.MapWeb();
        return app;
    }
}
