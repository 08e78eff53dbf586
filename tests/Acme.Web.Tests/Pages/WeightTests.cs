using System.Collections.Concurrent;
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
        var document = "";
        var finished = new ConcurrentDictionary<string, double>();
        network.Event("Network.requestWillBeSent").OnEvent += (_, sent) =>
        {
            if (sent!.Value.GetProperty("type").GetString() == "Document") document = sent.Value.GetProperty("requestId").GetString()!;
        };
        network.Event("Network.loadingFinished").OnEvent += (_, done) => finished[done!.Value.GetProperty("requestId").GetString()!] = done.Value.GetProperty("encodedDataLength").GetDouble();

        var (path, status) = (EveryPage.PathOf(name, site.Registry), EveryPage.StatusOf(name));
        Assert.InRange(await WeighAsync(), 1, FirstVisit);
        Assert.InRange(await WeighAsync(), 1, LaterVisit);

        async Task<double> WeighAsync()
        {
            finished.Clear();
            await visit.GoAsync(path, status);
            // The browser may be ready a moment before it says what the document weighed.
            for (var left = 1000; !finished.ContainsKey(document); left--)
            {
                Assert.NotEqual(0, left);
                await Task.Delay(10);
            }
            return finished.Values.Sum();
        }
    }
}
