using Acme.Registry.Artifacts;
using Acme.Registry.Scoring.Facts;

namespace Acme.Registry.Scoring.Reproducibility;

/// <summary>Really runs the demo code of a card, which anyone may have written: only where it can do no harm.</summary>
public interface IReproductionRunner
{
    /// <summary>Runs code blocks one after the other; the run succeeds when the last one ends without an error.</summary>
    /// <param name="blocks">Python.</param>
    /// <param name="names">Names under which the code may load the model: <c>owner/name</c> or <c>name</c>.</param>
    /// <param name="files">The model's files, all of them stored.</param>
    /// <param name="cancellationToken">Ends the run; nothing of it goes on.</param>
    /// <returns>What came of it; that the code fails is an outcome, not an error.</returns>
    /// <exception cref="RunnerFailedException">The runner itself does not work.</exception>
    Task<DemoRun> RunAsync(IReadOnlyList<string> blocks, IReadOnlyList<string> names, Manifest files, CancellationToken cancellationToken = default);
}

/// <summary>The sandbox could not be set up; nothing was learnt about the demo.</summary>
public sealed class RunnerFailedException(string message, Exception? inner = null) : Exception(message, inner);
