using Acme.Api.Authentication;
using Acme.Api.Demo;
using Acme.Api.Download;
using Acme.Api.Health;
using Acme.Api.Health.Bottlenecks;
using Acme.Api.Jobs;
using Acme.Api.LoadTests;
using Acme.Api.OpenApi;
using Acme.Api.Problems;
using Acme.Client;
using Acme.Registry.Access;
using Acme.Registry.Cost;
using Acme.Registry.Deletion;
using Acme.Registry.Download;
using Acme.Registry.Ingest;
using Acme.Registry.Jobs;
using Acme.Registry.Licensing;
using Acme.Registry.Lineage;
using Acme.Registry.Maintenance;
using Acme.Registry.Scoring;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Links;
using Acme.Registry.Scoring.Policies;
using Acme.Registry.Zip;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Acme.Api.Hosting;

/// <summary>Puts the registry together, one capability a line.</summary>
public static class RegistryServices
{
    /// <summary>Adds everything that the REST API needs.</summary>
    /// <exception cref="SettingException">A setting is wrong; the message names its key.</exception>
    public static void AddRegistry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddHttp();
        builder.Services.AddStorage(builder.Configuration);
        builder.Services.MeasureStorage(builder.Configuration);
        builder.Services.WatchAccess();
        builder.AddAccess();
        builder.AddIngest();
        builder.AddScoring();
        builder.AddMaintenance();
        builder.AddHealth();
        builder.AddLoadTests();
        builder.Services.AddSingleton<DemoFiller>();
        builder.Services.AddRegistryOpenApi();
    }

    private static void AddHttp(this WebApplicationBuilder builder)
    {
        // A download alternates between reading and sending. On one thread, what was read is sent while it is still in that core's cache.
        // "Unsafe" warns of code that blocks the thread which polls the sockets; the runtime calls back on pool threads all the same.
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
        });
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            var contract = ContractJson.Default.Options;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ContractJson.Default);
            json.SerializerOptions.PropertyNamingPolicy = contract.PropertyNamingPolicy;
            json.SerializerOptions.PropertyNameCaseInsensitive = false;
            json.SerializerOptions.DefaultIgnoreCondition = contract.DefaultIgnoreCondition;
            json.SerializerOptions.RespectNullableAnnotations = contract.RespectNullableAnnotations;
            json.SerializerOptions.RespectRequiredConstructorParameters = contract.RespectRequiredConstructorParameters;
            json.SerializerOptions.NumberHandling = contract.NumberHandling;
            json.SerializerOptions.AllowDuplicateProperties = contract.AllowDuplicateProperties;
            json.SerializerOptions.MaxDepth = contract.MaxDepth;
        });
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context => Problem.AddMissingDetail(context.ProblemDetails));
        builder.Services.AddExceptionHandler<ProblemMapper>();
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            var proxies = builder.Configuration.GetSection("Proxies:Trusted").Get<string[]>() ?? [];
            // Without a list of proxies the middleware would believe everyone.
            forwarded.ForwardedHeaders = proxies.Length == 0
                ? ForwardedHeaders.None
                : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in proxies) forwarded.KnownIPNetworks.Add(NetworkOf(proxy));
        });
    }

    private static System.Net.IPNetwork NetworkOf(string proxy)
    {
        var withLength = proxy.Contains('/') ? proxy : proxy + (proxy.Contains(':') ? "/128" : "/32");
        return System.Net.IPNetwork.TryParse(withLength, out var network)
            ? network
            : throw new SettingException($"Proxies:Trusted holds '{proxy}', which is neither an address nor a network such as 10.0.0.0/8.");
    }

    private static void AddAccess(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<AccessOptions>("Access");
        builder.Services.AddSettings<AdminOptions>("Admin")
            .Configure(admin =>
            {
                if (!builder.Environment.IsDevelopment() || admin.Name is not null || admin.Password is not null) return;
                (admin.Name, admin.Password) = (DevelopmentAdmin.Name, DevelopmentAdmin.Password);
            })
            .Validate(a => a.Name is not null, "Admin:Name is not set. Outside Development the registry needs an administrator: set Admin:Name and Admin:Password (environment: Admin__Name, Admin__Password).")
            .Validate(a => a.Password is not null, "Admin:Password is not set. Outside Development the registry needs an administrator: set Admin:Name and Admin:Password (environment: Admin__Name, Admin__Password).")
            .Validate(a => a.Name is null || UserName.Problem(a.Name) is null, "Admin:Name cannot be used as a name: 1 to 128 characters, no control characters, no white space around it.")
            .Validate(a => a.Password is null || Passwords.Problem(a.Password) is null, $"Admin:Password must have {Passwords.MinLength} to {Passwords.MaxLength} characters.");
        builder.Services.AddSingleton<Passwords>();
        builder.Services.AddSingleton<GuessingGuard>();
        builder.Services.AddSingleton<SignIn>();
        builder.Services.AddSingleton<TokenLeases>();
        builder.Services.AddSingleton<TokenVerifier>();
        builder.Services.AddSingleton<UserDirectory>();
        // Not AddAuthentication: that brings data protection along, with keys to keep, which opaque tokens have no use for.
        builder.Services.AddWebEncoders();
        builder.Services.AddAuthenticationCore(authentication => authentication.DefaultScheme = TokenAuthenticationHandler.SchemeName);
        new AuthenticationBuilder(builder.Services)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthenticationHandler>(TokenAuthenticationHandler.SchemeName, null);
        builder.Services.AddAuthorization();
    }

    private static void AddIngest(this WebApplicationBuilder builder)
    {
        var directory = builder.Configuration.DataDirectory();
        builder.Services.AddSettings<IngestOptions>("Ingest").Configure(ingest => ingest.SpoolDirectory ??= Path.Combine(directory, "spool"));
        builder.Services.AddSettings<ZipLimits>("Zip");
        builder.Services.AddSingleton<IngestPipeline>();
        builder.Services.AddSingleton<RevisionRestorer>();
        builder.Services.AddSingleton<ArtifactDeleter>();
        builder.Services.AddSingleton<ArtifactRestorer>();
        builder.Services.AddSingleton<IngestBoard>();
        builder.Services.AddSingleton<Ingestor>();
        builder.Services.AddSingleton<IJobHandler>(services => services.GetRequiredService<Ingestor>());
        builder.Services.AddSettings<JobOptions>("Jobs");
        builder.Services.AddSettings<RunJobsOptions>("Jobs:Run");
        builder.Services.AddSingleton<JobRunner>();
        builder.Services.AddSingleton<RevisionReader>();
        builder.Services.AddSettings<DownloadOptions>("Downloads").Configure(downloads => downloads.Redirect ??= !builder.Environment.IsDevelopment());
        builder.AddSources();
        builder.AddMirroring();
    }

    private static void AddScoring(this WebApplicationBuilder builder)
    {
        var policy = builder.Configuration["Scoring:Policy"] ?? "default";
        // Read here as well as there: a wrong one keeps the registry from starting.
        CheckPolicy(policy);
        builder.Services.AddSingleton(services => new PolicySource(policy, services.GetRequiredService<ILogger<PolicySource>>()));
        builder.Services.AddSingleton<PolicySwitch>();
        builder.Services.AddSingleton<FactCollector>();
        builder.Services.AddSingleton<LinkedFactsCollector>();
        builder.Services.AddSingleton<RatingService>();
        builder.Services.AddSingleton<IJobHandler, RefreshRatingJob>();
        builder.AddReproduction();
        builder.Services.AddSingleton<LineageService>();
        builder.Services.AddSingleton<LicenseReporter>();
        builder.Services.AddSingleton<CostCalculator>();
    }

    private static void CheckPolicy(string nameOrPath)
    {
        try
        {
            ScoringPolicy.Load(nameOrPath);
        }
        catch (Exception e) when (e is InvalidPolicyException or IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"Scoring:Policy is '{nameOrPath}': {e.Message}", e);
        }
    }

    private static void AddMaintenance(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<MaintenanceOptions>("Maintenance")
            .Validate<IOptions<IngestOptions>>(
                (maintenance, ingest) => maintenance.Grace > ingest.Value.TimeLimit,
                "Maintenance:Grace must be longer than Ingest:TimeLimit, or garbage collection could take the blobs of an ingest under way.");
        builder.Services.AddSingleton<GarbageCollector>();
        builder.Services.AddSingleton<Scrubber>();
        builder.Services.AddSingleton<MaintenanceReport>();
        builder.Services.AddSingleton<IJobHandler, CollectGarbageJob>();
        builder.Services.AddSingleton<IJobHandler, ScrubJob>();
        if (RegistryHost.IsDescribingItself) return;
        builder.Services.AddHostedService<RegistryStartup>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PolicySwitch>());
        builder.Services.AddHostedService(services => services.GetRequiredService<JobRunner>());
    }

    private static void AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TrafficWindow>();
        builder.Services.AddSingleton<QueueWindow>();
        if (!RegistryHost.IsDescribingItself) builder.Services.AddHostedService(services => services.GetRequiredService<QueueWindow>());
        builder.Services.AddSingleton<StoreWindow>();
        builder.Services.AddSingleton<LoadSampler>();
        builder.Services.AddSingleton<ComponentHealth>();
    }
}

/// <summary>The administrator of Development: the name and password of the contract's own example, which test the escaping of quotes.</summary>
internal static class DevelopmentAdmin
{
    public const string Name = "ece30861defaultadminuser";
    public const string Password = "correcthorsebatterystaple123(!__+@**(A'\"`;DROP TABLE artifacts;";
}
