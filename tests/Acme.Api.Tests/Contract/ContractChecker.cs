using System.Text.Json;

namespace Acme.Api.Tests.Contract;

/// <summary>Holds a real answer against the contract's schemas.</summary>
public static class ContractChecker
{
    public static void Check(JsonElement value, string type, string place = "$")
    {
        if (type.EndsWith("[]", StringComparison.Ordinal))
        {
            Assert.True(value.ValueKind == JsonValueKind.Array, $"{place} is {value.ValueKind}, not an array");
            var index = 0;
            foreach (var item in value.EnumerateArray()) Check(item, type[..^2], $"{place}[{index++}]");
            return;
        }
        if (type == "ArtifactCost")
        {
            foreach (var entry in value.EnumerateObject())
            {
                Assert.Matches("^[a-zA-Z0-9-]+$", entry.Name);
                Check(entry.Value.GetProperty("total_cost"), "number", $"{place}.{entry.Name}.total_cost");
            }
            return;
        }
        if (ContractFacts.Words.TryGetValue(type, out var words))
        {
            Assert.True(value.ValueKind == JsonValueKind.String && words.Contains(value.GetString()), $"{place} is {value}, not one of {string.Join(", ", words)}");
            return;
        }
        if (ContractFacts.Schemas.TryGetValue(type, out var fields))
        {
            Assert.True(value.ValueKind == JsonValueKind.Object, $"{place} is {value.ValueKind}, not an object");
            foreach (var field in fields)
            {
                if (value.TryGetProperty(field.Name, out var member))
                    Check(member, field.Type, $"{place}.{field.Name}");
                else
                    Assert.False(field.Required, $"{place} lacks {field.Name}");
            }
            return;
        }
        var kinds = type switch
        {
            "string" => [JsonValueKind.String],
            "number" or "integer" => [JsonValueKind.Number],
            "boolean" => [JsonValueKind.True, JsonValueKind.False],
            "object" => new[] { JsonValueKind.Object },
            _ => throw new ArgumentException($"The contract has no type '{type}'."),
        };
        Assert.True(kinds.Contains(value.ValueKind), $"{place} is {value.ValueKind}, not a {type}");
    }
}
