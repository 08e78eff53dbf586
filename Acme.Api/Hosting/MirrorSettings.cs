using Acme.Api.Download;
using Acme.Registry.Jobs;
using Acme.Registry.Mirroring;
using Acme.Registry.Sources.Http;
using Acme.Registry.Storage;
using Microsoft.Extensions.Options;

namespace Acme.Api.Hosting;

/// <summary>How large files follow after their artifact.</summary>
internal static class MirrorSettings
{
    private const string HuggingFace = "Sources:HuggingFace";

    // Whoever configures an endpoint trusts it, whatever its address.
    private static readonly string[] Endpoints =
        [$"{HuggingFace}:Endpoint", "Sources:GitHub:ApiEndpoint", "Sources:GitHub:WebEndpoint", "Sources:Kaggle:Endpoint"];

    public static void AddMirroring(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var directory = builder.Configuration.DataDirectory();
        services.AddSettings<MirrorOptions>("Mirror").Configure(mirror => mirror.PartDirectory ??= Path.Combine(directory, "mirror"));
        services.AddSingleton(provider => new Mirror(
            provider.GetRequiredService<IBlobStore>(),
            CreateHttp(builder.Configuration, provider.GetRequiredService<IOptions<HttpSourceOptions>>().Value),
            provider.GetRequiredService<IOptions<MirrorOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<MirrorJob>();
        services.AddSingleton<IJobHandler>(provider => provider.GetRequiredService<MirrorJob>());
        services.AddSingleton<MirrorQueue>();
        services.AddSingleton<RemoteDownload>();
    }

    private static HttpClient CreateHttp(ConfigurationManager configuration, HttpSourceOptions options)
    {
        var endpoints = Endpoints.Select(key => configuration.GetValue<Uri>(key)).OfType<Uri>().Select(e => $"{e.Host}:{e.Port}");
        HttpMessageHandler handler = GuardedHttp.CreateHandler([.. endpoints, .. options.TrustedHosts], byAnyName: true);
        if (configuration[$"{HuggingFace}:Token"] is { Length: > 0 } token)
            handler = new EndpointToken(configuration.GetValue($"{HuggingFace}:Endpoint", new Uri("https://huggingface.co"))!, token) { InnerHandler = handler };
        var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.ParseAdd("acme-registry");
        http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity");
        return http;
    }
}
