using System.Runtime.CompilerServices;
using System.Text;
using Acme.Registry.Storage;
using Amazon;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Item = System.Collections.Generic.Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>What names one item.</summary>
internal readonly record struct ItemKey(string Partition, string Sort)
{
    /// <summary>The item's key.</summary>
    public static ItemKey Of(Item item) => new(item[Attributes.Partition].S, item[Attributes.Sort].S);

    /// <summary>The key's attributes.</summary>
    public Item ToItem() => new() { [Attributes.Partition] = Attributes.S(Partition), [Attributes.Sort] = Attributes.S(Sort) };
}

/// <summary>A condition on an item, or a change to it, with the values that it names.</summary>
internal sealed record Expression(string Text, params (string Name, AttributeValue Value)[] Values)
{
    /// <summary>There is no such item yet.</summary>
    public static Expression IsNew { get; } = new("attribute_not_exists(pk)");

    /// <summary>There is such an item.</summary>
    public static Expression Exists { get; } = new("attribute_exists(pk)");
}

/// <summary>The one table, by keys only: there is no Scan here, and every read is strongly consistent.</summary>
internal sealed class DynamoTable(IAmazonDynamoDB client, DynamoDbOptions options)
{
    /// <summary>The local index that orders a partition by <see cref="Attributes.Change"/>.</summary>
    public const string ChangeIndex = "change";

    // DynamoDB refuses a question about a longer one.
    private const int MaxSortKeyBytes = 1024;

    private const int BatchSize = 100;
    private const int BatchesAtOnce = 4;

    /// <summary>The table's name.</summary>
    public string Name => options.Table!;

    /// <summary>The SDK.</summary>
    public IAmazonDynamoDB Client => client;

    /// <summary>A client as the settings want it, with the SDK's default credentials.</summary>
    public static AmazonDynamoDBClient CreateClient(DynamoDbOptions options, AWSCredentials? credentials = null)
    {
        var config = new AmazonDynamoDBConfig
        {
            RetryMode = options.RetryMode,
            MaxErrorRetry = options.MaxRetries,
            ThrottleRetries = true,
            // What has not been answered by then never will be; the time limit of a publishing write counts on it.
            Timeout = TimeSpan.FromSeconds(10),
        };
        if (options.ServiceUrl is { } url)
        {
            config.ServiceURL = url.AbsoluteUri;
            config.AuthenticationRegion = options.Region ?? "us-east-1";
        }
        else if (options.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        Require.Endpoint(config, "DynamoDb");
        return credentials is null ? new Sdk(config) : new Sdk(credentials, config);
    }

    /// <summary>The sort key in a cursor; nothing without one.</summary>
    /// <exception cref="InvalidCursorException">Not a cursor of this listing, or not a sort key.</exception>
    public static string? ReadSortKey(char listing, string? cursor) => Cursor.ReadName(listing, cursor) switch
    {
        { } key when Encoding.UTF8.GetByteCount(key) > MaxSortKeyBytes => throw new InvalidCursorException(),
        var key => key,
    };

    /// <summary>The item, or nothing.</summary>
    public async Task<Item?> GetAsync(ItemKey key, CancellationToken cancellationToken)
    {
        var response = await client.GetItemAsync(new GetItemRequest { TableName = Name, Key = key.ToItem(), ConsistentRead = true }, cancellationToken);
        return response.Item is { Count: > 0 } item ? item : null;
    }

    /// <summary>Those of the items that are there, in no particular order.</summary>
    public async Task<List<Item>> GetAsync(IReadOnlyCollection<ItemKey> keys, CancellationToken cancellationToken)
    {
        List<Item> found = [];
        await Parallel.ForEachAsync(keys.Chunk(BatchSize), new ParallelOptions { MaxDegreeOfParallelism = BatchesAtOnce, CancellationToken = cancellationToken }, async (batch, ct) =>
        {
            var left = new Dictionary<string, KeysAndAttributes> { [Name] = new() { Keys = [.. batch.Select(k => k.ToItem())], ConsistentRead = true } };
            for (var attempt = 0; left.Count > 0; attempt++)
            {
                if (attempt > 0) await Task.Delay(Random.Shared.Next(10 << Math.Min(attempt, 6)), ct);
                var response = await client.BatchGetItemAsync(new BatchGetItemRequest { RequestItems = left }, ct);
                lock (found) found.AddRange(response.Responses?.GetValueOrDefault(Name) ?? []);
                // An answer has at most 16 MB; the rest is asked for again.
                left = response.UnprocessedKeys ?? [];
            }
        });
        return found;
    }

    /// <summary>Writes the item in place of what is there.</summary>
    public Task PutAsync(Item item, CancellationToken cancellationToken) =>
        client.PutItemAsync(new PutItemRequest { TableName = Name, Item = item }, cancellationToken);

    /// <summary>
    /// Writes the item if the condition holds; else false. An answer may be lost and the SDK's second try meet what the first has written:
    /// that is told by the value of the attribute <paramref name="own"/>, which no other writer's item has.
    /// </summary>
    public async Task<bool> TryPutAsync(Item item, Expression condition, string own, CancellationToken cancellationToken)
    {
        try
        {
            await client.PutItemAsync(
                new PutItemRequest { TableName = Name, Item = item, ConditionExpression = condition.Text, ExpressionAttributeValues = ValuesOf(condition) }, cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            var there = await GetAsync(ItemKey.Of(item), cancellationToken);
            return there is not null && there.TryGetValue(own, out var value) && value.S == item[own].S && value.N == item[own].N;
        }
    }

    /// <summary>Changes the item if the condition holds; the item as it is then, or nothing.</summary>
    public async Task<Item?> TryUpdateAsync(ItemKey key, Expression update, Expression? condition, CancellationToken cancellationToken)
    {
        try
        {
            var response = await client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = Name, Key = key.ToItem(), UpdateExpression = update.Text, ConditionExpression = condition?.Text,
                    ExpressionAttributeValues = ValuesOf(update, condition), ReturnValues = ReturnValue.ALL_NEW,
                }, cancellationToken);
            return response.Attributes;
        }
        catch (ConditionalCheckFailedException)
        {
            return null;
        }
    }

    /// <summary>Takes the item away if the condition holds; else false.</summary>
    public async Task<bool> TryDeleteAsync(ItemKey key, Expression condition, CancellationToken cancellationToken)
    {
        try
        {
            await client.DeleteItemAsync(
                new DeleteItemRequest { TableName = Name, Key = key.ToItem(), ConditionExpression = condition.Text, ExpressionAttributeValues = ValuesOf(condition) }, cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    /// <summary>Takes the item away, if it is there.</summary>
    public Task DeleteAsync(ItemKey key, CancellationToken cancellationToken) =>
        client.DeleteItemAsync(new DeleteItemRequest { TableName = Name, Key = key.ToItem() }, cancellationToken);

    /// <summary>The items of a partition in the order of their sort keys, read in pages as they are asked for.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="after">The sort key before the first; nothing for all.</param>
    /// <param name="pageSize">Items that one request reads.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public IAsyncEnumerable<Item> QueryAsync(string partition, string? after, int pageSize, CancellationToken cancellationToken) => QueryAsync(
        new QueryRequest { KeyConditionExpression = after is null ? "pk = :pk" : "pk = :pk AND sk > :after" }, partition,
        after is null ? null : (":after", after), pageSize, cancellationToken);

    /// <summary>The items of a partition with a sort key before one, in the order of their sort keys.</summary>
    public IAsyncEnumerable<Item> QueryBeforeAsync(string partition, string before, int pageSize, CancellationToken cancellationToken) => QueryAsync(
        new QueryRequest { KeyConditionExpression = "pk = :pk AND sk < :before" }, partition, (":before", before), pageSize, cancellationToken);

    /// <summary>The items of a partition with a time at or after one, in the order of their times.</summary>
    public IAsyncEnumerable<Item> QueryChangesSinceAsync(string partition, string since, CancellationToken cancellationToken) => QueryAsync(
        new QueryRequest { IndexName = ChangeIndex, KeyConditionExpression = "pk = :pk AND c >= :since" }, partition, (":since", since), null, cancellationToken);

    /// <summary>The items of a partition with a time up to one, in the order of their times.</summary>
    public IAsyncEnumerable<Item> QueryTimesUpToAsync(string partition, string until, CancellationToken cancellationToken) => QueryAsync(
        new QueryRequest { IndexName = ChangeIndex, KeyConditionExpression = "pk = :pk AND c <= :until" }, partition, (":until", until), null, cancellationToken);

    /// <summary>The keys and times of the items of a partition that come next to a time, later ones or (backwards) earlier ones.</summary>
    public IAsyncEnumerable<Item> QueryNextTimesAsync(string partition, string from, bool backwards, int pageSize, CancellationToken cancellationToken) => QueryAsync(
        new QueryRequest { IndexName = ChangeIndex, ScanIndexForward = !backwards, KeyConditionExpression = $"pk = :pk AND c {(backwards ? '<' : '>')} :from" }, partition,
        (":from", from), pageSize, cancellationToken);

    private static Item? ValuesOf(params ReadOnlySpan<Expression?> expressions)
    {
        Item values = [];
        foreach (var expression in expressions)
        {
            foreach (var (name, value) in expression?.Values ?? []) values[name] = value;
        }
        return values.Count == 0 ? null : values;
    }

    private async IAsyncEnumerable<Item> QueryAsync(
        QueryRequest request, string partition, (string Name, string Value)? value, int? pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        request.TableName = Name;
        request.ConsistentRead = true;
        if (pageSize is { } size) request.Limit = size;
        request.ExpressionAttributeValues = new() { [":pk"] = Attributes.S(partition) };
        if (value is { } bound) request.ExpressionAttributeValues[bound.Name] = Attributes.S(bound.Value);
        do
        {
            var page = await client.QueryAsync(request, cancellationToken);
            foreach (var item in page.Items ?? []) yield return item;
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
    }

    /// <summary>The SDK's client, whose errors are those of the ports.</summary>
    private sealed class Sdk : AmazonDynamoDBClient
    {
        public Sdk(AmazonDynamoDBConfig config)
            : base(config)
        {
        }

        public Sdk(AWSCredentials credentials, AmazonDynamoDBConfig config)
            : base(credentials, config)
        {
        }

        protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
        {
            base.CustomizeRuntimePipeline(pipeline);
            pipeline.AddHandler(new EngineErrors("DynamoDB", "DynamoDb"));
        }
    }
}
