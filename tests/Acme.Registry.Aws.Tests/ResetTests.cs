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
            }
            await dying.Jobs.AddAsync(new() { Id = "job", Kind = "kind", Payload = "{}", DueAt = DateTimeOffset.UtcNow });
            // Disposing of it stops the clearing wherever it is.
            await dying.ResetAsync([], []);
        }
        Assert.NotEmpty(await OldAsync());

        await using var next = (DynamoCatalog)await Stores.OpenDynamoDbAsync(options);
        for (var attempt = 0; attempt < 600 && (await OldAsync()).Count > 0; attempt++) await Task.Delay(100);
        Assert.Empty(await OldAsync());
        Assert.Equal(3, await next.GetEpochAsync());

        async Task<List<string>> OldAsync()
        {
            using var client = DynamoTable.CreateClient(options, DynamoEngine.Credentials);
            List<string> keys = [];
            Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>? from = null;
            do
            {
                var page = await client.ScanAsync(new() { TableName = options.Table, ExclusiveStartKey = from });
                keys.AddRange((page.Items ?? []).Select(i => i["pk"].S).Where(k => k.StartsWith("1#", StringComparison.Ordinal) || k.StartsWith("2#", StringComparison.Ordinal)));
                from = page.LastEvaluatedKey;
            }
            while (from is { Count: > 0 });
            return keys;
        }
    }
}
