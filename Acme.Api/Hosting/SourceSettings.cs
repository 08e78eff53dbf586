using Acme.Api.Licenses;
using Acme.Registry.Ingest;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Sources;
using Acme.Registry.Sources.GitHub;
using Acme.Registry.Sources.Http;
using Acme.Registry.Sources.HuggingFace;
using Acme.Registry.Sources.Kaggle;
using Acme.Registry.Zip;
using Microsoft.Extensions.Options;

namespace Acme.Api.Hosting;

/// <summary>Where artifacts may come from.</summary>
internal static class SourceSettings
{
    public static void AddSources(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<GitHubOptions>("Sources:GitHub");
        services.AddSingleton<GitHubApi>();
        services.AddSingleton<GitHubRepositories>();
        services.AddSingleton<IRepositoryReader>(provider => provider.GetRequiredService<GitHubRepositories>());
        services.AddSingleton<GitHubLicenses>();
        services.AddSingleton<RepositoryLicense>();
        services.AddSingleton<ISource, GitHubSource>();

        var spoolIsConfigured = builder.Configuration[$"{HttpSourceOptions.Section}:{nameof(HttpSourceOptions.SpoolDirectory)}"] is not null;
        services.AddSettings<HttpSourceOptions>(HttpSourceOptions.Section)
            .Configure<IOptions<IngestOptions>>((http, ingest) => http.SpoolDirectory = spoolIsConfigured ? http.SpoolDirectory : ingest.Value.SpoolDirectory!);
        services.AddHuggingFace();
        services.AddKaggle();
        // Last of the sources, because it takes every http(s) URL.
        services.AddSingleton<ISource>(provider => new ZipUrlSource(
            provider.GetRequiredService<IOptions<HttpSourceOptions>>().Value, provider.GetRequiredService<IOptions<ZipLimits>>().Value));
    }
    private static void AddHuggingFace(this IServiceCollection services)
    {
        services.AddSettings<HuggingFaceOptions>(HuggingFaceOptions.Section);
        services.AddSingleton(provider => new HuggingFaceHub(
            provider.GetRequiredService<IOptions<HuggingFaceOptions>>().Value, provider.GetRequiredService<IOptions<HttpSourceOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<HuggingFaceSource>();
        services.AddSingleton<ISource>(provider => provider.GetRequiredService<HuggingFaceSource>());
        services.AddSingleton<IHubReader>(provider => provider.GetRequiredService<HuggingFaceSource>());
        services.AddSingleton<IDatasetReader, HuggingFaceDatasets>();
    }

    private static void AddKaggle(this IServiceCollection services)
    {
        services.AddSettings<KaggleOptions>(KaggleOptions.Section);
        services.AddSingleton(provider => new KaggleHub(
            provider.GetRequiredService<IOptions<KaggleOptions>>().Value, provider.GetRequiredService<IOptions<HttpSourceOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ISource>(provider => new KaggleSource(
            provider.GetRequiredService<KaggleHub>(), provider.GetRequiredService<IOptions<HttpSourceOptions>>().Value, provider.GetRequiredService<IOptions<ZipLimits>>().Value));
        services.AddSingleton<IDatasetReader, KaggleDatasets>();
    }
}
