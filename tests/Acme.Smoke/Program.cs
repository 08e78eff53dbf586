using Acme.Client;
using Acme.Smoke;

// dotnet run --project tests/Acme.Smoke -- https://registry.example.com
// Name and password of a user with upload, search, download: ACME_USER and ACME_PASSWORD, so that they stand in no list of processes.
if (args is not [var address] || !Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var registry) || registry.Scheme is not ("http" or "https"))
{
    Console.Error.WriteLine("Usage: Acme.Smoke <base URL of the registry>, with ACME_USER and ACME_PASSWORD in the environment.");
    return 64;
}
if (Environment.GetEnvironmentVariable("ACME_USER") is not { Length: > 0 } user || Environment.GetEnvironmentVariable("ACME_PASSWORD") is not { Length: > 0 } password)
{
    Console.Error.WriteLine("ACME_USER and ACME_PASSWORD must name a user who may upload, search and download.");
    return 64;
}

using var http = new HttpClient { BaseAddress = registry, Timeout = TimeSpan.FromSeconds(40) };
using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
return await new SmokeTest(new RegistryClient(http), Console.Out).RunAsync(user, password, limit.Token) ? 0 : 1;
