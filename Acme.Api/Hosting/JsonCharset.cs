using Acme.Api.Problems;
using Microsoft.Net.Http.Headers;

namespace Acme.Api.Hosting;

internal static class JsonCharset
{
    /// <summary>JSON between systems is UTF-8 (RFC 8259, section 8.1); the framework would fail over a charset that it does not know.</summary>
    public static void UseUtf8Json(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        var isOther = context.Request.ContentType?.Contains("charset", StringComparison.OrdinalIgnoreCase) == true
            && context.Request.HasJsonContentType()
            && MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);
        return isOther ? throw new ProblemException(415, "Unsupported content type", BadRequest.UnsupportedType) : next(context);
    });
}
