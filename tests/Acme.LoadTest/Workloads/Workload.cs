namespace Acme.LoadTest.Workloads;

/// <summary>What a client does over and over. Called by many clients at once.</summary>
internal abstract class Workload
{
    /// <summary>Does it once.</summary>
    /// <param name="number">Which time it is, counted over all clients; chooses what is asked for.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="HttpRequestException">Refused or broken off.</exception>
    /// <exception cref="InvalidDataException">The answer is not what it should be.</exception>
    public abstract Task<Answer> RunAsync(int number, CancellationToken cancellationToken);
}

/// <summary>How a request went that went well.</summary>
/// <param name="Head">From the request to the head of its answer.</param>
/// <param name="FirstByte">From the request to the first byte of the content.</param>
/// <param name="Bytes">Of the content.</param>
/// <param name="Redirected">Whether the content came from elsewhere.</param>
/// <param name="Server">What the server says that it took until the head of its answer; null where it says nothing.</param>
internal readonly record struct Answer(TimeSpan Head, TimeSpan FirstByte, long Bytes, bool Redirected = false, TimeSpan? Server = null);
