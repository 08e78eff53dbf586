using Acme.Web.Tests.Browser;

namespace Acme.Web.Tests.Pages;

/// <summary>Every page there is, and the states it can be in, by a name for its screenshots.</summary>
public static class EveryPage
{
    private const string Child = "acme/review-classifier";

    private static readonly Dictionary<string, State> States = new()
    {
        ["home"] = new(_ => "/"),
        ["home-signed-out"] = new(_ => "/", null),
        ["signin"] = new(_ => "/signin?returnUrl=%2Fdirectory", null),
        ["directory"] = new(_ => "/directory"),
        ["directory-nothing"] = new(_ => "/directory?q=zyzzyva&type=model&minNetScore=0.9"),
        ["directory-refused"] = new(_ => "/directory?pattern=%28a&minNetScore=7"),
        ["artifact-card"] = new(r => $"/models/{r.IdOf(Child)}"),
        ["artifact-files"] = new(r => $"/models/{r.IdOf(Child)}/files"),
        ["artifact-rating"] = new(r => $"/models/{r.IdOf(Child)}/rating"),
        ["artifact-lineage"] = new(r => $"/models/{r.IdOf(Child)}/lineage"),
        ["artifact-license"] = new(r => $"/models/{r.IdOf(Child)}/license"),
        ["artifact-license-refused"] = new(r => $"/models/{r.IdOf(Child)}/license?github=https%3A%2F%2Fexample.org%2F"),
        ["artifact-cost"] = new(r => $"/models/{r.IdOf(Child)}/cost"),
        ["artifact-revisions"] = new(r => $"/models/{r.IdOf(Child)}/revisions"),
        ["artifact-restore"] = new(r => $"/models/{r.IdOf(RegistryUnderTest.ReplacedName)}/revisions?restore={r.EarlierRevision}"),
        ["artifact-audit"] = new(r => $"/models/{r.IdOf(Child)}/audit"),
        ["artifact-delete"] = new(r => $"/models/{r.IdOf(Child)}/delete"),
        ["artifact-long-name"] = new(r => $"/models/{r.IdOf(RegistryUnderTest.LongName)}"),
        ["artifact-hostile"] = new(r => $"/models/{r.IdOf(RegistryUnderTest.HostileName)}"),
        ["artifact-for-reader"] = new(r => $"/models/{r.IdOf(Child)}", RegistryUnderTest.ReaderName),
        ["dataset"] = new(r => $"/datasets/{r.IdOf("acme/tool-reviews")}"),
        ["code"] = new(r => $"/code/{r.IdOf("acme-classify")}/files"),
        ["compare"] = new(r => $"/compare?id={r.IdOf(Child)}&id={r.IdOf("acme/topic-classifier")}&id={r.IdOf(RegistryUnderTest.LongName)}"),
        ["compare-empty"] = new(_ => "/compare"),
        ["upload"] = new(_ => "/upload"),
        ["upload-progress"] = new(r => $"/upload/models/{r.UnreachableId}"),
        ["rate"] = new(_ => "/rate"),
        ["status"] = new(_ => "/status"),
        ["load-test"] = new(_ => "/status/load-test"),
        ["status-signed-out"] = new(_ => "/status", null),
        ["admin-users"] = new(_ => "/admin"),
        ["admin-user"] = new(_ => $"/admin/users/{RegistryUnderTest.ReaderName}"),
        ["admin-tokens"] = new(_ => "/admin/tokens"),
        ["admin-policy"] = new(_ => "/admin/policy"),
        ["admin-deleted"] = new(_ => "/admin/deleted"),
        ["admin-deleted-restore"] = new(r => $"/admin/deleted?restore={r.DeletedId}"),
        ["deleted"] = new(_ => "/directory?deleted=somebody%2Fdeleted"),
        ["admin-jobs"] = new(_ => "/admin/jobs"),
        ["admin-reset"] = new(_ => "/admin/reset"),
        ["not-found"] = new(_ => "/models/there-is-none", Status: 404),
        ["no-such-page"] = new(_ => "/nowhere", Status: 404),
        ["forbidden"] = new(_ => "/admin", RegistryUnderTest.ReaderName, 403),
    };

    public static TheoryData<string> Names => [.. States.Keys];

    public static string PathOf(string name, RegistryUnderTest registry) => States[name].Path(registry);

    public static string? UserOf(string name) => States[name].User;

    public static int StatusOf(string name) => States[name].Status;

    private sealed record State(Func<RegistryUnderTest, string> Path, string? User = RegistryUnderTest.AdminName, int Status = 200);
}
