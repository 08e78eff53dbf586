using Microsoft.AspNetCore.Mvc;

namespace Acme.Api.Problems;

/// <summary>Makes problem documents.</summary>
internal static class Problem
{
    public static ProblemDetails Of(int status, string title, string detail, params (string Name, object Value)[] extensions)
    {
        var problem = new ProblemDetails { Status = status, Title = title, Detail = detail };
        foreach (var (name, value) in extensions) problem.Extensions[name] = value;
        return problem;
    }

    /// <summary>Says what to do where the framework refuses a request by itself, with a bare status.</summary>
    public static void AddMissingDetail(ProblemDetails problem) => problem.Detail ??= problem.Status switch
    {
        404 => "There is nothing at this path. GET /openapi/v1.json describes every operation.",
        405 => "This path does not take this method. GET /openapi/v1.json describes every operation.",
        413 => BadRequest.TooLarge,
        415 => BadRequest.UnsupportedType,
        _ => "The request was refused. GET /openapi/v1.json describes every operation.",
    };

    /// <summary>Answers with the problem. For answers whose headers must stay; others are thrown as <see cref="ProblemException"/>.</summary>
    public static async Task WriteAsync(HttpContext context, ProblemDetails problem)
    {
        context.Response.StatusCode = problem.Status ?? 500;
        await context.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new() { HttpContext = context, ProblemDetails = problem });
    }

    public static ProblemDetails NoSuchArtifact() =>
        Of(404, "No such artifact", "There is no artifact with this id and type. POST /artifacts lists what is there.");
}

/// <summary>Ends a request with a problem document.</summary>
internal sealed class ProblemException(ProblemDetails problem) : Exception(problem.Detail)
{
    public ProblemException(int status, string title, string detail) : this(Problems.Problem.Of(status, title, detail))
    {
    }

    public ProblemDetails Problem { get; } = problem;
}
