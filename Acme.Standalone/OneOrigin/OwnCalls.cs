using System.Net;
using System.Security.Cryptography;
using System.Text;
using Acme.Web.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Acme.Standalone.OneOrigin;

/// <summary>
/// The web UI asks the API of its own process, over the port that both listen on. Such a call proves itself by a secret that this process
/// made at start; only then does the API believe the browser's address that it names, for the audit trail. Being on the same machine proves
/// nothing: other users' programs are there too.
/// </summary>
internal static class OwnCalls
{
    private const string SecretHeader = "X-Acme-Own-Call";

    private static readonly string Secret = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Has the web's client call this process, unless <c>Web:ApiAddress</c> names another.</summary>
    public static void AddOwnCalls(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["Web:ApiAddress"] is not null) return;
        builder.Configuration["Web:ApiAddress"] = "http://own.invalid/";
        builder.Services.AddHttpClient(WebServices.RegistryHttpClient)
            .AddHttpMessageHandler(static services => new OwnAddressHandler(services.GetRequiredService<IServer>()));
    }

    /// <summary>Takes the browser's address from calls of this process. Comes first.</summary>
    public static void UseOwnCalls(this WebApplication app) => app.Use(static (context, next) =>
    {
        var headers = context.Request.Headers;
        if (headers.TryGetValue(SecretHeader, out var presented))
        {
            headers.Remove(SecretHeader);
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(presented.ToString()), Encoding.ASCII.GetBytes(Secret)))
            {
                if (IPAddress.TryParse(headers["X-Forwarded-For"].ToString(), out var browser)) context.Connection.RemoteIpAddress = browser;
                headers.Remove("X-Forwarded-For");
            }
        }
        return next(context);
    });

    private sealed class OwnAddressHandler(IServer server) : DelegatingHandler
    {
        private Uri? _address;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new(_address ??= AddressOf(server), request.RequestUri!.PathAndQuery);
            request.Headers.TryAddWithoutValidation(SecretHeader, Secret);
            return base.SendAsync(request, cancellationToken);
        }

        private static Uri AddressOf(IServer server)
        {
            var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
            var chosen = addresses.FirstOrDefault(a => a.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) ?? addresses.FirstOrDefault()
                ?? throw new InvalidOperationException("The process does not listen on any address. Set Web:ApiAddress.");
            var address = BindingAddress.Parse(chosen);
            // "Any address" is one that can be listened on, but not called.
            var host = address.Host is "+" or "*" or "0.0.0.0" or "[::]" or "::" ? "127.0.0.1" : address.Host;
            return new($"{address.Scheme}://{host}:{address.Port}");
        }
    }
}
