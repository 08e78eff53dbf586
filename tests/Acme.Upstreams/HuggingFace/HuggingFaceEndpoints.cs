namespace Acme.Upstreams.HuggingFace;

internal static class HuggingFaceEndpoints
{
    public static void MapHuggingFace(this IEndpointRouteBuilder routes, string fixtures)
    {
    }
}
