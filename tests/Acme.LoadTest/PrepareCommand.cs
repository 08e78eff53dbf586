using Acme.LoadTest.Models;
using Acme.LoadTest.Targets;

namespace Acme.LoadTest;

/// <summary>Gives a registry that runs the models that the workloads use.</summary>
internal static class PrepareCommand
{
    public static async Task<int> RunAsync(Options options, CancellationToken cancellationToken)
    {
        using var registry = new ServerClient(options.Url, options.User, options.Password, Options.Token);
        var prepared = await PreparedModels.PrepareAsync(registry, options.Models, _ => { }, cancellationToken);
        Console.WriteLine($"{prepared.All.Count} models are there; the id of Tiny-LLM, whose download has {GeneratedModel.TinyLlmBytes:N0} bytes, is {prepared.TinyLlm}.");
        return 0;
    }
}
