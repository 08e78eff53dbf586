using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;

namespace Acme.Api.Hosting;

/// <summary>
/// 200 with a value as JSON. In place of the framework's <c>Ok</c>, which flushes before the body is known to have ended: its last five bytes
/// then go over the network by themselves, at the price of another system call here and another wake-up there.
/// </summary>
/// <typeparam name="T">What the description of the API says is answered.</typeparam>
internal sealed class JsonAnswer<T>(T value) : IResult, IEndpointMetadataProvider, IStatusCodeHttpResult, IValueHttpResult<T>
{
    public T? Value => value;

    public int? StatusCode => StatusCodes.Status200OK;

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var options = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        using var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter, new() { Encoder = options.Encoder, Indented = options.WriteIndented, SkipValidation = true });
        JsonSerializer.Serialize(writer, value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
        return Task.CompletedTask;
    }
}

/// <summary>Makes answers.</summary>
internal static class JsonAnswer
{
    /// <summary>200 with this value.</summary>
    public static JsonAnswer<T> Ok<T>(T value) => new(value);
}
