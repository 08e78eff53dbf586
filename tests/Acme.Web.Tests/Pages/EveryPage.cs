using Acme.Web.Tests.Browser;

namespace Acme.Web.Tests.Pages;

/// <summary>Every page there is, by a name for its screenshots.</summary>
public static class EveryPage
{
    private const string Child = "acme/review-classifier";

    private static readonly Dictionary<string, (Func<RegistryUnderTest, string> Path, string? User)> Pages = new()
    {
        ["home"] = (_ => "/", RegistryUnderTest.AdminName),
        ["home-signed-out"] = (_ => "/", null),
        ["directory"] = (_ => "/directory", RegistryUnderTest.AdminName),
        ["directory-nothing"] = (_ => "/directory?q=zyzzyva&type=model&minNetScore=0.9", RegistryUnderTest.AdminName),
        ["directory-refused"] = (_ => "/directory?pattern=%28a&minNetScore=7", RegistryUnderTest.AdminName),
        ["compare"] = (r => $"/compare?id={r.IdOf(Child)}&id={r.IdOf("acme/topic-classifier")}", RegistryUnderTest.AdminName),
        ["compare-empty"] = (_ => "/compare", RegistryUnderTest.AdminName),
        ["upload"] = (_ => "/upload", RegistryUnderTest.AdminName),
        ["rate"] = (_ => "/rate", RegistryUnderTest.AdminName),
        ["status"] = (_ => "/status", RegistryUnderTest.AdminName),
        ["status-signed-out"] = (_ => "/status", null),
        ["admin-users"] = (_ => "/admin", RegistryUnderTest.AdminName),
        ["admin-user"] = (_ => $"/admin/users/{RegistryUnderTest.ReaderName}", RegistryUnderTest.AdminName),
        ["admin-tokens"] = (_ => "/admin/tokens", RegistryUnderTest.AdminName),
        ["admin-policy"] = (_ => "/admin/policy", RegistryUnderTest.AdminName),
        ["admin-jobs"] = (_ => "/admin/jobs", RegistryUnderTest.AdminName),
        ["admin-reset"] = (_ => "/admin/reset", RegistryUnderTest.AdminName),
        ["artifact-revisions"] = (r => $"/models/{r.IdOf(Child)}/revisions", RegistryUnderTest.AdminName),
        ["artifact-delete"] = (r => $"/models/{r.IdOf(Child)}/delete", RegistryUnderTest.AdminName),
        ["reader-card"] = (r => $"/models/{r.IdOf(Child)}", RegistryUnderTest.ReaderName),
        ["signin"] = (_ => "/signin", null),
        ["artifact-card"] = (r => $"/models/{r.IdOf(Child)}", RegistryUnderTest.AdminName),
        ["artifact-files"] = (r => $"/models/{r.IdOf(Child)}/files", RegistryUnderTest.AdminName),
        ["artifact-rating"] = (r => $"/models/{r.IdOf(Child)}/rating", RegistryUnderTest.AdminName),
        ["artifact-lineage"] = (r => $"/models/{r.IdOf(Child)}/lineage", RegistryUnderTest.AdminName),
        ["artifact-license"] = (r => $"/models/{r.IdOf(Child)}/license", RegistryUnderTest.AdminName),
        ["artifact-cost"] = (r => $"/models/{r.IdOf(Child)}/cost", RegistryUnderTest.AdminName),
        ["artifact-audit"] = (r => $"/models/{r.IdOf(Child)}/audit", RegistryUnderTest.AdminName),
        ["dataset"] = (r => $"/datasets/{r.IdOf("acme/tool-reviews")}", RegistryUnderTest.AdminName),
        ["code"] = (r => $"/code/{r.IdOf("acme-classify")}/files", RegistryUnderTest.AdminName),
    };

    public static TheoryData<string> Names => [.. Pages.Keys];

    public static string PathOf(string name, RegistryUnderTest registry) => Pages[name].Path(registry);

    public static string? UserOf(string name) => Pages[name].User;
}
