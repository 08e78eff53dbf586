namespace Acme.Upstreams.Kaggle;

internal static class KaggleEndpoints
{
    public static void MapKaggle(this IEndpointRouteBuilder routes, string fixtures)
    {
    }
}
