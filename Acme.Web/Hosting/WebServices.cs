using System.IO.Compression;
using Acme.Client;
using Acme.Web.Markdown;
using Acme.Web.Registry;
using Acme.Web.Session;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Acme.Web.Hosting;

/// <summary>Puts the web UI together.</summary>
public static class WebServices
{
    /// <summary>The name of the HTTP client that asks the registry's API; a host may add handlers to it.</summary>
    public const string RegistryHttpClient = "registry";

    /// <summary>Adds everything that the pages need. The API is found by <c>Web:ApiAddress</c>, an absolute URL (default <c>https+http://api</c>, by service discovery).</summary>
    public static void AddWeb(this WebApplicationBuilder builder)
    {
        // Outside Development the framework leaves this to the application; without it a build that was not published has no assets.
        builder.WebHost.UseStaticWebAssets();
        if (!builder.Environment.IsDevelopment())
        {
            // Likewise: assets of a build are watched for changes and never cached, unless it is told that nobody works on them.
            builder.Configuration["ReloadStaticAssetsAtRuntime"] ??= "false";
            builder.Configuration["EnableStaticAssetsDevelopmentCaching"] ??= "true";
        }
        builder.Services.AddRegistryAccess(builder.Configuration["Web:ApiAddress"] ?? "https+http://api");
        builder.Services.AddRazorComponents();
        builder.Services.AddLocalization();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton<KnownSessions>();
        builder.Services.AddScoped<Visitor>();
        builder.Services.AddSingleton<CardRenderer>();
        builder.Services.Replace(ServiceDescriptor.Singleton<IAntiforgery, SessionAntiforgery>());
        builder.Services.WithoutDataProtectionKeys();
        builder.Services.AddResponseCompression(compression =>
        {
            // The one secret in a page, the antiforgery token, is different in every answer, so that its compressed length tells nothing.
            compression.EnableForHttps = true;
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
            compression.MimeTypes = ["text/html", "application/json"];
        });
        builder.Services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        builder.Services.TryAddSingleton(TimeProvider.System);
    }

    /// <summary>Believes forwarded headers of the proxies in <c>Proxies:Trusted</c> (addresses or networks), and nobody else's.</summary>
    public static void UseWebProxies(this WebApplication app)
    {
        var proxies = app.Configuration.GetSection("Proxies:Trusted").Get<string[]>() ?? [];
        if (proxies.Length == 0) return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
            options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy.Contains('/') ? proxy : proxy + (proxy.Contains(':') ? "/128" : "/32")));
        app.UseForwardedHeaders(options);
    }

    private static void AddRegistryAccess(this IServiceCollection services, string address)
    {
        var client = services.AddHttpClient(RegistryHttpClient, http =>
            {
                http.BaseAddress = new Uri(address.EndsWith('/') ? address : address + "/");
                // An upload or a download lasts as long as the browser wants it; every call ends when the browser's request does.
                http.Timeout = Timeout.InfiniteTimeSpan;
            })
            // A redirect to a direct URL of the blob store is the browser's to follow.
            .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler
            {
                AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            })
            .AddHttpMessageHandler(static services => new BrowserAddressHandler(services.GetRequiredService<IHttpContextAccessor>()));
        // The standard handler retries and cuts off after half a minute: wrong for uploads, and a page is asked for again by a reload.
#pragma warning disable EXTEXP0001 // There is no other way to take the handlers off that AddServiceDefaults puts on every client.
        client.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        services.AddScoped(static services => new RegistryClient(services.GetRequiredService<IHttpClientFactory>().CreateClient(RegistryHttpClient)));
        services.AddScoped(static services => new ContentClient(services.GetRequiredService<IHttpClientFactory>().CreateClient(RegistryHttpClient)));
    }

    /// <summary>
    /// The framework registers data protection for interactive components, whose key ring is made at start and kept on disk. Nothing here
    /// uses it: sessions and antiforgery rest on the session's own token.
    /// </summary>
    private static void WithoutDataProtectionKeys(this IServiceCollection services)
    {
        foreach (var hosted in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Name == "DataProtectionHostedService").ToArray())
            services.Remove(hosted);
        services.Replace(ServiceDescriptor.Singleton<IDataProtectionProvider, EphemeralDataProtectionProvider>());
    }
}
