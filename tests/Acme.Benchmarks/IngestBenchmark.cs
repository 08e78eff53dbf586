using System.Net;
using System.Net.Http.Json;
using Acme.Measuring;
using Acme.Measuring.Servers;
using Acme.Upstreams;

namespace Acme.Benchmarks;

/// <summary>
/// Models taken in by URL from a stand-in that answers every request after 50 ms: one after the other, in turns with such that are answered at
/// once, then a hundred at once. Each links a repository of its own, and all of them the same datasets. The difference between the turns is
/// what was waited for, whatever else the machine does.
/// </summary>
internal static class IngestBenchmark
{
    private const double LimitMilliseconds = 1000;
    private const int MostRequestsAtOnce = 64;
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(Report report, Workspace workspace, CancellationToken cancellationToken)
    {
        var (turns, together) = report.Quick ? (6, 20) : (100, 100);
        Report.Title($"ingest: metadata of models from a source that answers in {AnswerTime.TotalMilliseconds:0} ms");
        HubOfModels.Write(workspace["fixtures"], (2 * turns) + together);
        await using var upstreams = await UpstreamServer.StartAsync(workspace["fixtures"]);
        string[] settings =
        [
            "--Sources:HuggingFace:Endpoint", upstreams.HuggingFace.AbsoluteUri,
            "--Sources:GitHub:ApiEndpoint", upstreams.GitHubApi.AbsoluteUri,
            "--Sources:GitHub:WebEndpoint", upstreams.GitHubWeb.AbsoluteUri,
            "--Mirror:InlineUpTo", "0", "--Mirror:EagerUpTo", "0",
        ];
        using var registry = await RegistryProcess.StartAsync(workspace["data"], cancellationToken, settings);
        await registry.SignInAsync(cancellationToken);

        var slow = new List<TimeSpan>();
        var quick = new List<TimeSpan>();
        for (var model = 0; model < 2 * turns; model++)
        {
            var isSlow = model % 2 == 1;
            upstreams.Faults.Clear();
            if (isSlow) upstreams.Faults.Add(Fault.Slow("", AnswerTime));
            var url = HubOfModels.UrlOf(model);
            (isSlow ? slow : quick).Add(await Distribution.TimeAsync(() => IngestAsync(registry.Client, url, cancellationToken)));
        }
        // The first ones compile the code that they run.
        var alone = new Distribution(slow.Skip(turns / 20));
        var atOnceAnswered = new Distribution(quick.Skip(turns / 20));
        var before = upstreams.Faults.Requests.Count;
        var statuses = new HttpStatusCode[together];
        var atOnce = new List<TimeSpan>();
        var whole = await Distribution.TimeAsync(() => Task.WhenAll(Enumerable.Range(0, together).Select(async i =>
        {
            var time = await Distribution.TimeAsync(async () => statuses[i] = await IngestAsync(registry.Client, HubOfModels.UrlOf((2 * turns) + i), cancellationToken));
            lock (atOnce) atOnce.Add(time);
        })));

        Report.Table(Distribution.Header, [alone.Row("one after the other"), atOnceAnswered.Row("the same, answered at once"), new Distribution(atOnce).Row($"{together} at once")]);
        var requests = upstreams.Faults.Requests.Skip(before).ToList();
        var repeated = requests.GroupBy(r => r).Where(g => g.Count() > 1).Select(g => $"{g.Key} ({g.Count()} times)").ToList();
        Report.Line($"{together} at once took {whole.TotalSeconds:0.0} s and {(double)requests.Count / together:0.0} requests each; at most {upstreams.Faults.MostAtOnce} at the same time");
        Report.Line($"one waits for {(alone.Median - atOnceAnswered.Median) / AnswerTime.TotalMilliseconds:0.0} answers, one after the other");
        report.Bound($"p99 of one after the other under {LimitMilliseconds:0} ms: {alone.Percentile(0.99):0} ms", alone.Percentile(0.99) < LimitMilliseconds);
        report.Bound($"{together} at once without a failure: {statuses.Count(s => s == HttpStatusCode.Created)} registered, {statuses.Count(s => s == HttpStatusCode.Accepted)} beyond the time of a request and going on", statuses.All(s => s is HttpStatusCode.Created or HttpStatusCode.Accepted));
        report.Bound($"no more than {MostRequestsAtOnce} requests to the source at the same time: {upstreams.Faults.MostAtOnce}", upstreams.Faults.MostAtOnce <= MostRequestsAtOnce);
        report.Bound($"nothing is asked twice: {(repeated.Count == 0 ? "nothing was" : string.Join(", ", repeated.Take(5)))}", repeated.Count == 0);
    }

    private static async Task<HttpStatusCode> IngestAsync(HttpClient client, string url, CancellationToken cancellationToken)
    {
        using var answer = await client.PostAsJsonAsync("/artifact/model", new { url }, cancellationToken);
        return answer.StatusCode;
    }
}
