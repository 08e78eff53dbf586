using Acme.Registry.Access;
using Acme.Registry.Artifacts;
using Acme.Registry.Audit;
using Acme.Registry.Storage;

namespace Acme.Api.Authentication;

/// <summary>Who makes the call; there on every endpoint that needs a permission.</summary>
internal sealed record Caller(User User, Token Token)
{
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The endpoint has a caller but needs no permission.");
}

internal static class CallerAudit
{
    /// <summary>Where the call comes from; the proxy's word is taken only from configured proxies.</summary>
    public static string AddressOf(this HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";

    /// <summary>Puts what the caller does to the artifact on its trail.</summary>
    public static Task RecordAsync(this IAuditLog audit, HttpContext context, Artifact artifact, AuditAction action, TimeProvider time)
    {
        var user = Caller.Of(context).User;
        return audit.AppendAsync(
            new()
            {
                ArtifactId = artifact.Id,
                ArtifactType = artifact.Type,
                ArtifactName = artifact.Name,
                Action = action,
                UserName = user.Name,
                IsAdmin = user.IsAdmin,
                At = time.GetUtcNow(),
                Address = context.AddressOf(),
            },
            context.RequestAborted);
    }
}
