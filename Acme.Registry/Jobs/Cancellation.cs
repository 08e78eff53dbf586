namespace Acme.Registry.Jobs;

internal static class Cancellation
{
    /// <summary>Cancels work whose owner may be disposing of the source at the same moment because it has just ended.</summary>
    public static void CancelUnlessDisposed(this CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The work ended first, so there is nothing to cancel.
        }
    }
}
