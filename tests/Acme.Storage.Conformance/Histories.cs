using FsCheck;
using FsCheck.Fluent;

namespace Acme.Storage.Conformance;

/// <summary>One step of a random history, which does the same on the model and on the store under test.</summary>
/// <typeparam name="TContext">A store, and what the history remembers of it.</typeparam>
/// <param name="Description">Shown when a history fails.</param>
/// <param name="RunAsync">Does it and says what was seen, in words that do not depend on the driver.</param>
public sealed record Step<TContext>(string Description, Func<TContext, Task<string>> RunAsync)
{
    /// <inheritdoc/>
    public override string ToString() => Description;
}

/// <summary>Runs random histories; one that fails is made as short as it can be before it is shown.</summary>
public static class Histories
{
    /// <summary>
    /// Runs histories of steps on a new pair of model and store each, and compares what every step saw.
    /// </summary>
    /// <param name="step">Makes one step.</param>
    /// <param name="count">How many histories.</param>
    /// <param name="length">How many steps the longest has.</param>
    /// <param name="openAsync">A new model, a new store, and what removes both.</param>
    public static Task CheckAsync<TContext>(
        Gen<Step<TContext>> step, int count, int length, Func<Task<(TContext Model, TContext Store, IAsyncDisposable Owner)>> openAsync)
    {
        var histories = Arb.From(from size in Gen.Choose(1, length) from steps in step.ArrayOf(size) select steps, Shorter);
        // FsCheck runs synchronously: on a thread where nothing is waited for.
        return Task.Run(() => Prop.ForAll(histories, history => RunAsync(history, openAsync).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithQuietOnSuccess(true)));
    }

    private static async Task RunAsync<TContext>(
        Step<TContext>[] history, Func<Task<(TContext Model, TContext Store, IAsyncDisposable Owner)>> openAsync)
    {
        var (model, store, owner) = await openAsync();
        await using (owner)
        {
            foreach (var (index, step) in history.Index())
            {
                var expected = await step.RunAsync(model);
                var seen = await step.RunAsync(store);
                if (expected != seen)
                {
                    throw new InvalidOperationException(
                        $"Step {index}, {step}: expected {expected}, saw {seen}. History: {string.Join("; ", history.Take(index + 1))}");
                }
            }
        }
    }

    private static IEnumerable<Step<TContext>[]> Shorter<TContext>(Step<TContext>[] history)
    {
        for (var length = history.Length / 2; length >= 1; length /= 2)
        {
            for (var start = 0; start + length <= history.Length; start += length)
            {
                yield return [.. history.Take(start), .. history.Skip(start + length)];
            }
        }
    }
}
