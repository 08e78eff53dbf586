using Acme.Registry.Sources;
using Acme.Registry.Sources.GitHub;
using Acme.Registry.Sources.Http;
using Microsoft.Extensions.Options;

namespace Acme.Api.Hosting;

/// <summary>Where artifacts may come from.</summary>
internal static class SourceSettings
{
    public static void AddSources(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<GitHubOptions>("Sources:GitHub");
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<GitHubOptions>>();
            var handler = GuardedHttp.CreateHandler([options.Value.ApiEndpoint.Authority]);
            return new GitHubLicenses(new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(10) }, options);
        });

        services.AddSettings<ZipUrlOptions>("Sources:Http");
        services.AddSingleton<ISource, ZipUrlSource>();
    }
}
