using Acme.Api.Authentication;
using Acme.Api.Ingest;
using Acme.Registry.Artifacts;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Acme.Api.OpenApi;

/// <summary>The OpenAPI document, and a page to browse it.</summary>
internal static class ApiDescription
{
    public static void AddRegistryOpenApi(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new()
            {
                Title = "ACME Model Registry",
                Version = "3.4.7",
                Description = "Takes models, data sets and code in, measures how far each deserves trust, with evidence, and hands them out.",
            };
            // The address depends on where the process runs, and clients know it already.
            document.Servers?.Clear();
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(Describe);
    });

    public static void MapApiDescription(this WebApplication app)
    {
        app.MapOpenApi();
        // Everything that would send the reader, or what the reader types, to another host is switched off.
        app.MapScalarApiReference("/scalar", scalar => scalar
            .WithTitle("ACME Model Registry")
            .DisableDefaultFonts()
            .DisableAgent()
            .DisableMcp()
            .DisableTelemetry()
            .HideDeveloperTools()
            .HideClientButton());
    }

    private static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var parameters = operation.Parameters ??= [];
        foreach (var parameter in parameters.OfType<OpenApiParameter>())
        {
            if (parameter is { In: ParameterLocation.Path, Name: "id" })
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = ArtifactId.Pattern };
            if (parameter is { In: ParameterLocation.Path, Name: "artifact_type" })
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. ArtifactTypes.All.Select(t => (System.Text.Json.Nodes.JsonNode)t.Word())] };
        }
        if (metadata.OfType<NeededPermission>().Any())
        {
            parameters.Add(new OpenApiParameter
            {
                Name = "X-Authorization",
                In = ParameterLocation.Header,
                Required = true,
                Description = "Exactly what PUT /authenticate returned.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
        if (parameters.Any(p => p is { In: ParameterLocation.Query, Name: "offset" }) && operation.Responses?.GetValueOrDefault("200") is OpenApiResponse page)
        {
            page.Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["offset"] = new OpenApiHeader { Description = "Cursor of the next page; absent on the last.", Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
            };
        }
        // Whatever needs a permission asks the stores who has it.
        if (operation.Responses?.GetValueOrDefault("403") is { } refusal)
        {
            operation.Responses.TryAdd("503", new OpenApiResponse
            {
                Description = "A store of the registry is away",
                Content = refusal.Content?.ToDictionary(),
                Headers = new Dictionary<string, IOpenApiHeader>
                {
                    ["Retry-After"] = new OpenApiHeader { Description = "Seconds after which to ask again.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } },
                },
            });
        }
        if (metadata.OfType<UploadForm>().Any()) operation.RequestBody = UploadBody();
        return Task.CompletedTask;
    }

    private static OpenApiRequestBody UploadBody() => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["multipart/form-data"] = new()
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string> { "file" },
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        ["file"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary", Description = "The ZIP." },
                        ["name"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Name of the artifact; the file's name otherwise." },
                        ["url"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uri", Description = "Where it came from." },
                    },
                },
            },
        },
    };
}
