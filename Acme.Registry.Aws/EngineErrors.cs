using System.Net;
using System.Net.Sockets;
using Acme.Registry.Storage;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace Acme.Registry.Aws;

/// <summary>
/// Stands outermost in the pipeline of an SDK client, outside of its retries: what the SDK has given up on is said in the word of the ports.
/// </summary>
/// <param name="engine">What it is called in messages.</param>
/// <param name="section">The section of the settings that leads there.</param>
internal sealed class EngineErrors(string engine, string section) : PipelineHandler
{
    private static readonly HashSet<string> Throttling =
        new(StringComparer.Ordinal) { "ProvisionedThroughputExceededException", "ThrottlingException", "Throttling", "RequestLimitExceeded", "SlowDown", "RequestTimeout" };

    /// <inheritdoc/>
    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        var request = executionContext.RequestContext;
        try
        {
            return await base.InvokeAsync<T>(executionContext);
        }
        catch (Exception e) when (IsOfEngine(e) && !request.CancellationToken.IsCancellationRequested)
        {
            var place = request.ClientConfig.ServiceURL ?? request.ClientConfig.RegionEndpoint?.SystemName;
            throw new StorageUnavailableException(
                $"{engine} ({place}) cannot be used: {ReasonOf(e)}. Check that it can be reached from here, {section}:ServiceUrl or {section}:Region, and the credentials.", e);
        }
    }

    // What the SDK says of missing credentials goes on for a page, and names its classes.
    private static string ReasonOf(Exception exception) => exception.Message.Split('\n')[0].Split(exception is AmazonClientException ? ". " : "\r")[0].TrimEnd('.');

    /// <summary>Whether another try may well succeed: not what the engine understood and refuses, and not that it is full.</summary>
    private static bool IsOfEngine(Exception exception) => exception switch
    {
        AmazonUnmarshallingException => true,
        AmazonServiceException e => Throttling.Contains(e.ErrorCode ?? "")
            || e.StatusCode is 0 or HttpStatusCode.TooManyRequests or (>= HttpStatusCode.InternalServerError and not HttpStatusCode.InsufficientStorage),
        // Among them that there are no credentials, which on AWS come over the network as well.
        AmazonClientException => true,
        // HttpClient lets the socket's own error through where the connection ends as soon as it is made.
        HttpRequestException or IOException or SocketException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };
}
