using System.Text.Json;

namespace Acme.Api.Tests.Contract;

/// <summary>The OpenAPI document that the API serves must say what the contract says.</summary>
public sealed class ServedDocumentTests(SharedRegistry registry) : IClassFixture<SharedRegistry>
{
    public static TheoryData<string> Operations => [.. ContractFacts.Operations.Select(o => o.ToString())];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Every_operation_is_served_with_its_parameters_statuses_and_schemas(string operation)
    {
        var document = await DocumentAsync();
        var fact = ContractFacts.Operations.Single(o => o.ToString() == operation);
        Assert.True(document.GetProperty("paths").TryGetProperty(fact.Path, out var path), $"{fact.Path} is not served");
        Assert.True(path.TryGetProperty(fact.Method.ToLowerInvariant(), out var served), $"{operation} is not served");

        var parameters = served.TryGetProperty("parameters", out var list)
            ? list.EnumerateArray().Select(p => $"{p.GetProperty("in").GetString()}:{p.GetProperty("name").GetString()}").ToHashSet()
            : [];
        Assert.Subset(parameters, fact.Parameters.ToHashSet());

        var responses = served.GetProperty("responses");
        var statuses = responses.EnumerateObject().Select(r => int.Parse(r.Name)).ToHashSet();
        Assert.Subset(statuses, fact.Statuses.ToHashSet());

        if (fact.Request is not null) CheckSchema(document, Json(served.GetProperty("requestBody")), fact.Request, operation);
        if (fact.Response is not null)
        {
            var success = responses.EnumerateObject().First(r => r.Name is "200" or "201").Value;
            CheckSchema(document, Json(success), fact.Response, operation);
        }
    }

    [Fact]
    public async Task The_committed_document_is_the_served_one()
    {
        var served = await DocumentAsync();
        var committed = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "Acme.Api", "OpenApi", "registry-api.json"))).RootElement;
        foreach (var path in served.GetProperty("paths").EnumerateObject())
        {
            Assert.True(committed.GetProperty("paths").TryGetProperty(path.Name, out var same), $"{path.Name} is not in the committed document: build and commit it");
            Assert.True(JsonElement.DeepEquals(path.Value, same), $"{path.Name} differs from the committed document: build and commit it");
        }
        Assert.True(JsonElement.DeepEquals(served.GetProperty("components"), committed.GetProperty("components")), "schemas differ from the committed document: build and commit it");
    }

    private static JsonElement Json(JsonElement bodyOrResponse) => bodyOrResponse.GetProperty("content").GetProperty("application/json").GetProperty("schema");

    private static void CheckSchema(JsonElement document, JsonElement schema, string type, string place)
    {
        schema = Resolve(document, schema);
        if (type.EndsWith("[]", StringComparison.Ordinal))
        {
            Assert.Contains("array", Types(schema));
            CheckSchema(document, schema.GetProperty("items"), type[..^2], $"{place}[]");
        }
        else if (type == "ArtifactCost")
        {
            var entry = Resolve(document, schema.GetProperty("additionalProperties"));
            Assert.True(entry.GetProperty("properties").TryGetProperty("standalone_cost", out _));
            Assert.Contains("total_cost", entry.GetProperty("required").EnumerateArray().Select(r => r.GetString()));
        }
        else if (ContractFacts.Words.TryGetValue(type, out var words))
        {
            Assert.Equal(words, schema.GetProperty("enum").EnumerateArray().Select(w => w.GetString()).Where(w => w is not null));
        }
        else if (ContractFacts.Schemas.TryGetValue(type, out var fields))
        {
            // A body that is only sent has no members that are only answered.
            var asked = type == "ArtifactData" && place.StartsWith("POST /artifact/", StringComparison.Ordinal) && !place.Contains('.')
                ? fields.Where(f => f.Name != "download_url")
                : fields;
            var required = schema.TryGetProperty("required", out var list) ? list.EnumerateArray().Select(r => r.GetString()).ToHashSet() : [];
            foreach (var field in asked)
            {
                Assert.True(schema.GetProperty("properties").TryGetProperty(field.Name, out var member), $"{place}: {type} lacks {field.Name}");
                Assert.True(!field.Required || required.Contains(field.Name), $"{place}: {type}.{field.Name} is not required");
                CheckSchema(document, member, field.Type, $"{place}.{field.Name}");
            }
        }
        else
        {
            Assert.Contains(type, Types(schema));
        }
    }

    private static string?[] Types(JsonElement schema) =>
        !schema.TryGetProperty("type", out var type) ? []
        : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.GetString())]
        : [type.GetString()];

    private static JsonElement Resolve(JsonElement document, JsonElement schema)
    {
        while (true)
        {
            if (schema.TryGetProperty("oneOf", out var options))
                schema = options.EnumerateArray().First(o => !Types(o).Contains("null"));
            else if (schema.TryGetProperty("$ref", out var reference))
                schema = document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
            else
                return schema;
        }
    }

    private async Task<JsonElement> DocumentAsync() => await (await registry.App.Http.GetAsync("/openapi/v1.json")).JsonAsync();
}
