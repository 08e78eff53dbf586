using Acme.Api.Artifacts;
using Acme.Api.Audit;
using Acme.Api.Authentication;
using Acme.Api.Costs;
using Acme.Api.Demo;
using Acme.Api.Download;
using Acme.Api.Health;
using Acme.Api.Ingest;
using Acme.Api.Jobs;
using Acme.Api.Licenses;
using Acme.Api.Lineage;
using Acme.Api.LoadTests;
using Acme.Api.OpenApi;
using Acme.Api.Policies;
using Acme.Api.Ratings;
using Acme.Api.Reset;
using Acme.Api.Search;
using Acme.Api.Tracks;
using Acme.Api.Users;
using Acme.ServiceDefaults;

namespace Acme.Api.Hosting;

/// <summary>The REST API's table of contents.</summary>
public static class RegistryRoutes
{
    /// <summary>Adds the middleware that every request of the API goes through.</summary>
    public static void UseRegistry(this WebApplication app)
    {
        app.UseDownloadTiming();
        app.UseForwardedHeaders();
        app.UsePublicScheme();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseUtf8Json();
        app.UseRouting();
        app.UseTypeCounting();
        app.UseAuthentication();
        app.UseAuthorization();
    }

    /// <summary>Maps every operation of the contract and those beyond it.</summary>
    public static void MapRegistry(this WebApplication app)
    {
        app.MapAlive();
        app.MapHealth();
        app.MapTracks();
        app.MapAuthenticate();
        app.MapSessions();
        app.MapUsers();
        app.MapTokens();

        app.MapArtifactList();
        app.MapSearch();
        app.MapArtifacts();
        app.MapDeletedArtifacts();
        app.MapDirectory();
        app.MapSummaries();

        app.MapIngest();
        app.MapUpload();
        app.MapIngestProgress();
        app.MapRestore();
        app.MapFileList();
        app.MapDownloads();

        app.MapRatings();
        app.MapRatingPreview();
        app.MapLineage();
        app.MapCosts();
        app.MapLicenses();
        app.MapLicenseReports();
        app.MapPolicies();

        app.MapAudit();
        app.MapJobs();
        app.MapReset();
        app.MapRunJobs();
        app.MapLoadTests();
        app.MapDemo();
        app.MapApiDescription();
    }
}
