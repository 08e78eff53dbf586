namespace Acme.Infra.Cdk.Tests.Rules;

/// <summary>Something that every resource keeps to, or says why not.</summary>
/// <param name="Id">Of the AWS Solutions pack, or beginning with <c>Acme-</c> for one of ours.</param>
/// <param name="Meaning">What is wrong with those it finds.</param>
/// <param name="Find">The resources of a deployment that break it.</param>
public sealed record Rule(string Id, string Meaning, Func<Deployment, IEnumerable<Resource>> Find)
{
    public override string ToString() => Id;

    /// <summary>A rule about resources of one type.</summary>
    public static Rule About(string type, string id, string meaning, Func<Resource, bool> breaks) =>
        new(id, meaning, deployment => deployment.Of(type).Where(breaks));
}
