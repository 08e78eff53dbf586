using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Acme.Client;
using Acme.Client.Contract;

namespace Acme.LoadTest.Targets;

/// <summary>A registry and the right to call it, or a peer that wants none. Signs in again when a token's calls are used up; that costs the request that found out.</summary>
internal sealed class ServerClient : IDisposable
{
    /// <summary>The least that a registry looks back for its bottleneck, in seconds, and the most.</summary>
    public const double LeastLoadSeconds = 0.25, MostLoadSeconds = 600;

    private readonly HttpClient _client;
    private readonly string? _user;
    private readonly string? _password;
    private readonly SemaphoreSlim _signingIn = new(1, 1);
    private string? _token;

    /// <param name="address">Its base address.</param>
    /// <param name="user">Who signs in; null to go on with the token.</param>
    /// <param name="password">And the password.</param>
    /// <param name="token">A token that is there already.</param>
    public ServerClient(Uri address, string? user, string? password, string? token)
    {
        (_user, _password, _token) = (user, password, token);
        if (token is null && (user is null || password is null))
            throw new OptionException("Set ACME_USER and ACME_PASSWORD, or ACME_TOKEN, in the environment.");
        _client = new(new SocketsHttpHandler
        {
            // A redirect is measured by itself, and the token goes nowhere else.
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(30),
        })
        {
            BaseAddress = new(address.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>A server that serves everyone.</summary>
    public static ServerClient Anonymous(Uri address) => new(address, null, null, "");

    public Uri Address => _client.BaseAddress!;

    /// <summary>Sends the request; returns with the head of the answer.</summary>
    /// <param name="make">Makes the request; called again where the first was refused for want of a good token.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        var token = _token ?? await SignInAsync(null, cancellationToken);
        var response = await SendAsync(make(), token, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Forbidden || _user is null) return response;
        response.Dispose();
        return await SendAsync(make(), await SignInAsync(token, cancellationToken), cancellationToken);
    }

    /// <summary>Follows a redirect, without the token.</summary>
    public async Task<HttpResponseMessage> FollowAsync(HttpResponseMessage redirect, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.RequestUri = new(Address, redirect.Headers.Location ?? throw new InvalidDataException("A redirect without a location."));
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>What its components say now, or nothing when it does not say.</summary>
    /// <param name="loadSeconds">How far back the bottleneck is looked for, from <see cref="LeastLoadSeconds"/> to <see cref="MostLoadSeconds"/>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<IReadOnlyList<HealthComponentDetail>> ComponentsAsync(double loadSeconds, CancellationToken cancellationToken)
    {
        using var response = await _client.GetAsync(string.Create(CultureInfo.InvariantCulture, $"health/components?windowMinutes=5&loadSeconds={loadSeconds:0.###}"), cancellationToken);
        if (!response.IsSuccessStatusCode) return [];
        return (await response.Content.ReadFromJsonAsync(ContractJson.Default.HealthComponentCollection, cancellationToken))?.Components ?? [];
    }

    public void Dispose()
    {
        _client.Dispose();
        _signingIn.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string token, CancellationToken cancellationToken)
    {
        if (token.Length > 0) request.Headers.TryAddWithoutValidation("X-Authorization", token);
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>One sign-in for all who found the same token no longer good.</summary>
    private async Task<string> SignInAsync(string? spent, CancellationToken cancellationToken)
    {
        await _signingIn.WaitAsync(cancellationToken);
        try
        {
            if (_token is { } token && token != spent) return token;
            if (_user is null) throw new InvalidOperationException("The token is no longer good, and there is no user to sign in again.");
            var request = new AuthenticationRequest { User = new() { Name = _user, IsAdmin = true }, Secret = new() { Password = _password! } };
            using var response = await _client.PutAsJsonAsync("authenticate", request, ContractJson.Default.AuthenticationRequest, cancellationToken);
            if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"Signing in was answered {(int)response.StatusCode}. Check ACME_USER and ACME_PASSWORD.");
            return _token = await response.Content.ReadFromJsonAsync(ContractJson.Default.String, cancellationToken) ?? throw new InvalidDataException("The registry returned no token.");
        }
        finally
        {
            _signingIn.Release();
        }
    }
}
