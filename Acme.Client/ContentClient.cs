using Acme.Client.Contract;

namespace Acme.Client;

/// <summary>
/// Asks for contents and gives the HTTP answer as it is: status, validators, ranges, redirects, and a body that is read as it arrives.
/// For programs that hand contents on.
/// </summary>
/// <param name="http">Its <see cref="HttpClient.BaseAddress"/> is the registry's; it does not follow redirects where those are to be handed on.</param>
public sealed class ContentClient(HttpClient http)
{
    /// <summary>The bundle of an artifact, or a part of it. Dispose of the answer.</summary>
    /// <param name="method">GET or HEAD.</param>
    /// <param name="type">Type of the artifact.</param>
    /// <param name="id">Id of the artifact.</param>
    /// <param name="part"><c>all</c>, <c>weights</c> or <c>datasets</c>.</param>
    /// <param name="token">The caller's token.</param>
    /// <param name="conditions">Further headers, such as <c>Range</c> and <c>If-None-Match</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<HttpResponseMessage> BundleAsync(
        HttpMethod method, ArtifactType type, string id, string part, string? token, IEnumerable<KeyValuePair<string, string>> conditions, CancellationToken cancellationToken = default) =>
        SendAsync(method, $"artifacts/{RegistryClient.Word(type)}/{Uri.EscapeDataString(id)}/download?part={Uri.EscapeDataString(part)}", token, conditions, cancellationToken);

    /// <summary>One file of an artifact. Dispose of the answer.</summary>
    /// <param name="method">GET or HEAD.</param>
    /// <param name="type">Type of the artifact.</param>
    /// <param name="id">Id of the artifact.</param>
    /// <param name="path">Path of the file, with slashes.</param>
    /// <param name="token">The caller's token.</param>
    /// <param name="conditions">Further headers, such as <c>Range</c> and <c>If-None-Match</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<HttpResponseMessage> FileAsync(
        HttpMethod method, ArtifactType type, string id, string path, string? token, IEnumerable<KeyValuePair<string, string>> conditions, CancellationToken cancellationToken = default) =>
        SendAsync(
            method,
            $"artifacts/{RegistryClient.Word(type)}/{Uri.EscapeDataString(id)}/files/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}",
            token,
            conditions,
            cancellationToken);

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? token, IEnumerable<KeyValuePair<string, string>> conditions, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null) request.Headers.TryAddWithoutValidation("X-Authorization", token);
        foreach (var (name, value) in conditions) request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }
}
