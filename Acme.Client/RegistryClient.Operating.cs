using System.Text.Json;
using Acme.Client.Contract;

namespace Acme.Client;

// Sessions, and what administrators do.
public sealed partial class RegistryClient
{
    /// <summary>Begins a session and uses its token from now on.</summary>
    /// <exception cref="RegistryException">Name or password is wrong (401), or too many were (429).</exception>
    public async Task<NewSession> BeginSessionAsync(string name, string password, CancellationToken cancellationToken = default)
    {
        var body = Body(new() { Name = name, Password = password }, ContractJson.Default.SessionRequest);
        var session = await SendAsync(HttpMethod.Post, "sessions", body, ContractJson.Default.NewSession, cancellationToken);
        _token = session.Token;
        return session;
    }

    /// <summary>Whose token this is, and how long it lasts.</summary>
    public Task<Session> GetSessionAsync(CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, "sessions/current", null, ContractJson.Default.Session, cancellationToken);

    /// <summary>Voids the token that is in use.</summary>
    public async Task EndSessionAsync(CancellationToken cancellationToken = default)
    {
        using var _ = await SendAsync(HttpMethod.Delete, "sessions/current", null, cancellationToken);
        _token = null;
    }

    /// <summary>One page of the users.</summary>
    public Task<RegistryPage<UserDetails>> ListUsersAsync(string? offset = null, int limit = 100, CancellationToken cancellationToken = default) =>
        PageAsync("users", offset, limit, ContractJson.Default.IReadOnlyListUserDetails, cancellationToken);

    /// <summary>A user in full.</summary>
    /// <exception cref="RegistryException">There is none with this name (404).</exception>
    public Task<UserDetails> GetUserAsync(string name, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, $"users/{Uri.EscapeDataString(name)}", null, ContractJson.Default.UserDetails, cancellationToken);

    /// <summary>Changes password or permissions of a user.</summary>
    public Task<UserDetails> ChangeUserAsync(string name, ChangeUserRequest request, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Patch, $"users/{Uri.EscapeDataString(name)}", Body(request, ContractJson.Default.ChangeUserRequest), ContractJson.Default.UserDetails, cancellationToken);

    /// <summary>Deletes a user and voids the user's tokens.</summary>
    public async Task DeleteUserAsync(string name, CancellationToken cancellationToken = default)
    {
        using var _ = await SendAsync(HttpMethod.Delete, $"users/{Uri.EscapeDataString(name)}", null, cancellationToken);
    }

    /// <summary>One page of the tokens.</summary>
    public Task<RegistryPage<TokenDetails>> ListTokensAsync(string? offset = null, int limit = 100, CancellationToken cancellationToken = default) =>
        PageAsync("tokens", offset, limit, ContractJson.Default.IReadOnlyListTokenDetails, cancellationToken);

    /// <summary>Voids a token.</summary>
    public async Task DeleteTokenAsync(string id, CancellationToken cancellationToken = default)
    {
        using var _ = await SendAsync(HttpMethod.Delete, $"tokens/{Uri.EscapeDataString(id)}", null, cancellationToken);
    }

    /// <summary>One page of the background work.</summary>
    public Task<RegistryPage<JobDetails>> ListJobsAsync(string? offset = null, int limit = 100, CancellationToken cancellationToken = default) =>
        PageAsync("jobs", offset, limit, ContractJson.Default.IReadOnlyListJobDetails, cancellationToken);

    /// <summary>One page of the deleted artifacts that can be restored, those deleted last first.</summary>
    public Task<RegistryPage<DeletedArtifact>> ListDeletedAsync(string? offset = null, int limit = 100, CancellationToken cancellationToken = default) =>
        PageAsync("artifacts/deleted", offset, limit, ContractJson.Default.IReadOnlyListDeletedArtifact, cancellationToken);

    /// <summary>Brings a deleted artifact back, under the same id and with all that it had.</summary>
    /// <exception cref="RegistryException">
    /// It cannot be restored any more (404), it is there or another artifact has its URL by now (409), or files of it are lost (410).
    /// </exception>
    public Task<Artifact> RestoreAsync(ArtifactType type, string id, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, $"artifacts/{Word(type)}/{id}/restore", null, ContractJson.Default.Artifact, cancellationToken);

    /// <summary>The policy in force.</summary>
    public Task<CurrentPolicy> GetPolicyAsync(CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Get, "policy", null, ContractJson.Default.CurrentPolicy, cancellationToken);

    /// <summary>Switches to a shipped policy: <c>default</c> or <c>strict</c>.</summary>
    public Task<CurrentPolicy> SwitchPolicyAsync(string name, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Put, "policy", Body(name, ContractJson.Default.String), ContractJson.Default.CurrentPolicy, cancellationToken);

    /// <summary>Switches to a policy document.</summary>
    public Task<CurrentPolicy> SwitchPolicyAsync(JsonElement policy, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Put, "policy", Body(policy, ContractJson.Default.JsonElement), ContractJson.Default.CurrentPolicy, cancellationToken);

    /// <summary>Goes back to the policy that the configuration names.</summary>
    public Task<CurrentPolicy> RestorePolicyAsync(CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Delete, "policy", null, ContractJson.Default.CurrentPolicy, cancellationToken);

    /// <summary>Which models of a page a policy would reject.</summary>
    public async Task<(PolicyDryRun Run, string? Next)> TryPolicyAsync(JsonElement policy, string? offset = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        var path = $"policy/dry-run?limit={limit}" + (offset is null ? "" : $"&offset={Uri.EscapeDataString(offset)}");
        using var response = await SendAsync(HttpMethod.Post, path, Body(policy, ContractJson.Default.JsonElement), cancellationToken);
        return (await ReadAsync(response, ContractJson.Default.PolicyDryRun, cancellationToken), NextOf(response));
    }
}
