using Acme.Web.Tests.Browser;

namespace Acme.Web.Tests.Pages;

/// <summary>Pages are light: what goes over the network, as the browser counts it.</summary>
public sealed class WeightTests(TestSite site)
{
    private const int FirstVisit = 150_000, LaterVisit = 30_000;

    public static TheoryData<string> Pages => EveryPage.Names;

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_weighs_little_at_first_and_next_to_nothing_after(string name)
    {
        await using var visit = await site.Browser.OpenAsync(EveryPage.UserOf(name));
        var network = await visit.Context.NewCDPSessionAsync(visit.Page);
        await network.SendAsync("Network.enable");
        var bytes = 0L;
        network.Event("Network.loadingFinished").OnEvent += (_, finished) => Interlocked.Add(ref bytes, (long)finished!.Value.GetProperty("encodedDataLength").GetDouble());

        var (path, status) = (EveryPage.PathOf(name, site.Registry), EveryPage.StatusOf(name));
        await visit.GoAsync(path, status);
        var first = Interlocked.Exchange(ref bytes, 0);
        await visit.GoAsync(path, status);
        Assert.InRange(first, 1, FirstVisit);
        Assert.InRange(bytes, 1, LaterVisit);
    }
}
