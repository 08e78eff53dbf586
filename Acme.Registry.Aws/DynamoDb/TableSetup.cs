using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Aws.DynamoDb;

/// <summary>Makes the table as the driver needs it, in Development, or looks whether it is so. A deployment's description must say the same.</summary>
internal static class TableSetup
{
    /// <summary>Makes the table if it is not there; safe on several instances at once.</summary>
    public static async Task CreateAsync(IAmazonDynamoDB client, string table, CancellationToken cancellationToken)
    {
        try
        {
            await client.CreateTableAsync(
                new CreateTableRequest
                {
                    TableName = table,
                    BillingMode = BillingMode.PAY_PER_REQUEST,
                    AttributeDefinitions =
                    [
                        new(Attributes.Partition, ScalarAttributeType.S), new(Attributes.Sort, ScalarAttributeType.S), new(Attributes.Change, ScalarAttributeType.S),
                    ],
                    KeySchema = [new(Attributes.Partition, KeyType.HASH), new(Attributes.Sort, KeyType.RANGE)],
                    LocalSecondaryIndexes =
                    [
                        new()
                        {
                            IndexName = DynamoTable.ChangeIndex,
                            KeySchema = [new(Attributes.Partition, KeyType.HASH), new(Attributes.Change, KeyType.RANGE)],
                            Projection = new() { ProjectionType = ProjectionType.KEYS_ONLY },
                        },
                    ],
                }, cancellationToken);
        }
        catch (ResourceInUseException)
        {
            // There already, or being made by another instance.
        }
        for (var attempt = 0; await StatusAsync(client, table, cancellationToken) != TableStatus.ACTIVE && attempt < 300; attempt++)
            await Task.Delay(200, cancellationToken);
    }

    /// <summary>Refuses a table that is not there or is made otherwise.</summary>
    /// <exception cref="OptionsValidationException">The message says what to do.</exception>
    public static async Task CheckAsync(IAmazonDynamoDB client, string table, CancellationToken cancellationToken)
    {
        try
        {
            var described = (await client.DescribeTableAsync(table, cancellationToken)).Table;
            if (described.LocalSecondaryIndexes?.Any(i => i.IndexName == DynamoTable.ChangeIndex) == true) return;
            throw Unusable($"DynamoDb:Table is '{table}', which lacks the local index '{DynamoTable.ChangeIndex}'. Make it as docs/dynamodb.md says.");
        }
        catch (ResourceNotFoundException)
        {
            throw Unusable($"DynamoDb:Table is '{table}', which does not exist. Make it, or (in Development) set DynamoDb:CreateTable to true.");
        }
    }

    private static async Task<TableStatus?> StatusAsync(IAmazonDynamoDB client, string table, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.DescribeTableAsync(table, cancellationToken)).Table.TableStatus;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    private static OptionsValidationException Unusable(string message) => new("DynamoDb", typeof(DynamoDbOptions), [message]);
}
