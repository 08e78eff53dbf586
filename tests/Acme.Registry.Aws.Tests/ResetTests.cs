using Acme.Registry.Audit;
using Acme.Registry.Aws.DynamoDb;
using Acme.Storage.Conformance;

namespace Acme.Registry.Aws.Tests;

/// <summary>A reset is one write; what it puts out of sight is cleared away afterwards.</summary>
public sealed class ResetTests
{
    [Fact]
    public async Task What_resets_left_behind_is_cleared_away_after_a_restart_when_the_process_died_over_it()
    {
        var options = Stores.DynamoDb((await DynamoEngine.GetAsync()).Address);
        for (var reset = 0; reset < 2; reset++)
        {
            await using var dying = (DynamoCatalog)await Stores.OpenDynamoDbAsync(options);
            var epoch = await dying.GetEpochAsync();
            for (var i = 0; i < 20; i++)
            {
                var artifact = Samples.Artifact($"name {i}") with { Epoch = epoch };
                await dying.Audit.AppendAsync(new() { ArtifactId = artifact.Id, ArtifactType = artifact.Type, ArtifactName = artifact.Name, Action = AuditAction.Create, UserName = "user", IsAdmin = false, At = DateTimeOffset.UtcNow });
                await dying.Artifacts.SaveAsync(artifact, "a card", 0);
                await dying.Deleted.SaveAsync(new(Samples.Artifact("gone") with { Epoch = epoch }, DateTimeOffset.UtcNow, "user"));
            }
            foreach (var name in new[] { "root", $"user {reset}" }) await dying.Users.SaveAsync(Samples.User(name), (await dying.Users.FindAsync(name))?.Version ?? 0);
            await dying.Jobs.AddAsync(new() { Id = "job", Kind = "kind", Payload = "{}", DueAt = DateTimeOffset.UtcNow });
            // Disposing of it stops the clearing wherever it is.
            await dying.ResetAsync(["root"], []);
        }
        var left = (await Stores.ContentsAsync(options)).Keys;
        Assert.Contains(left, k => k.Partition.StartsWith("2#", StringComparison.Ordinal));
        Assert.Contains(("USERS", "user 1"), left);

        await using var next = (DynamoCatalog)await Stores.OpenDynamoDbAsync(options);
        for (var attempt = 0; attempt < 600 && (await OldAsync()).Count > 0; attempt++) await Task.Delay(100);
        Assert.Empty(await OldAsync());
        Assert.Equal(3, await next.GetEpochAsync());
        Assert.Equal(["root"], (await next.Users.ListAsync(null, 10)).Items.Select(u => u.Name));

        async Task<List<string>> OldAsync() => (await (await Stores.ContentsAsync(options)).CompareAsync(next)).Unreachable;
    }
}
