using Acme.Web.Downloads;
using Acme.Web.Layout;
using Acme.Web.Pages.Status;
using Acme.Web.Pages.Upload;
using Acme.Web.Session;

namespace Acme.Web.Hosting;

/// <summary>The web UI's table of contents.</summary>
public static class WebRoutes
{
    /// <summary>Adds what every page goes through. Comes after routing; requests for other endpoints are left alone.</summary>
    public static void UseWeb(this WebApplication app)
    {
        app.UseWhen(static context => context.GetEndpoint()?.Metadata.GetMetadata<WebEndpoint>() is not null, static web =>
        {
            web.UseMiddleware<SecurityHeaders>();
            web.UseResponseCompression();
            web.UseMiddleware<PageGate>();
            web.UseAntiforgery();
            web.UseMiddleware<ForgedFormPage>();
        });
        app.UseWhen(static context => context.GetEndpoint() is null && PageGate.WantsPage(context.Request), static lost =>
        {
            lost.UseMiddleware<SecurityHeaders>();
            lost.UseResponseCompression();
            lost.UseMiddleware<PageGate>();
            lost.Run(static context => ErrorAnswer.WriteAsync(context, StatusCodes.Status404NotFound));
        });
    }

    /// <summary>Maps every page, its assets, and the links for downloads.</summary>
    public static void MapWeb(this WebApplication app)
    {
        // One manifest for every host: the entry assembly's own is another program's in tests.
        var assets = Path.Combine(AppContext.BaseDirectory, "Acme.Web.staticwebassets.endpoints.json");
        app.MapStaticAssets(assets);
        app.MapRazorComponents<App>().WithStaticAssets(assets).WithMetadata(new WebEndpoint());

        var links = app.MapGroup("").WithMetadata(new WebEndpoint()).ExcludeFromDescription();
        links.MapSignOut();
        links.MapDownloads();
        links.MapZipUpload();
        links.MapLoadTestReports();
    }
}

/// <summary>Marks the endpoints of the web UI, so that what is right for pages is not done to the API.</summary>
internal sealed record WebEndpoint;
