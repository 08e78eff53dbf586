namespace Acme.ServiceDefaults;

/// <summary>
/// The verb <c>healthcheck</c> of a service: asks the service that runs beside it in the same container whether it is alive. The images have
/// neither shell nor curl that could.
/// </summary>
public static class HealthProbe
{
    /// <summary>The verb's name.</summary>
    public const string Verb = "healthcheck";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks <see cref="ServiceDefaultsExtensions.AlivePath"/> at the port that the service listens on by the same environment.</summary>
    /// <returns>0 when it answered with success within five seconds; else 1, with the reason on standard error.</returns>
    public static async Task<int> RunAsync()
    {
        using var http = new HttpClient { Timeout = Patience };
        var url = new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", Port(Environment.GetEnvironmentVariable), ServiceDefaultsExtensions.AlivePath).Uri;
        try
        {
            using var answer = await http.GetAsync(url);
            if (answer.IsSuccessStatusCode) return 0;
            await Console.Error.WriteLineAsync($"{url} answered {(int)answer.StatusCode}.");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{url} does not answer: {e.Message}");
        }
        return 1;
    }

    /// <summary>The first port that is listened on by HTTP, as ASP.NET Core reads it; 8080, that of the images, when none is said.</summary>
    internal static int Port(Func<string, string?> environment)
    {
        foreach (var url in (environment("ASPNETCORE_URLS") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            // Hosts such as "+" and "*" are no URIs.
            var authority = url.Split("://")[^1].TrimEnd('/');
            if (url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && int.TryParse(authority[(authority.LastIndexOf(':') + 1)..], out var port)) return port;
        }
        var ports = environment("ASPNETCORE_HTTP_PORTS") ?? environment("HTTP_PORTS") ?? "";
        return int.TryParse(ports.Split(';')[0], out var first) ? first : 8080;
    }
}
