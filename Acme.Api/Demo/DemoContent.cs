namespace Acme.Api.Demo;

/// <summary>
/// What <c>--demo</c> fills a registry with: a dataset, a code repository, a parent model and a model fine-tuned from it, which
/// name each other as published artifacts do. The same bytes every time.
/// </summary>
internal static class DemoContent
{
    /// <summary>The artifacts, in an order that registers origins first.</summary>
    public static IReadOnlyList<DemoArtifact> All() => [DemoDataset.Make(), DemoCode.Make(), DemoModels.Parent(), DemoModels.Child()];
}
