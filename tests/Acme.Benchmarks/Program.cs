using Acme.Benchmarks;
using Acme.Measuring;

string[] verbs = ["startup", "downloads", "large", "catalog", "browse"];
var quick = args.Contains("--quick");
string[] words = [.. args.Where(a => a != "--quick")];
if (words is not [var verb] || (verb != "all" && !verbs.Contains(verb)))
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project tests/Acme.Benchmarks -- startup|downloads|large|catalog|browse|all [--quick]");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The children and the temporary directories are taken away on the ordinary way out.
    pressed.Cancel = true;
    stop.Cancel();
};

var report = new Report(quick);
try
{
    foreach (var chosen in verb == "all" ? verbs : [verb])
    {
        using var workspace = new Workspace();
        await (chosen switch
        {
            "startup" => StartupBenchmark.RunAsync(report, workspace, stop.Token),
            "downloads" => DownloadsBenchmark.RunAsync(report, workspace, stop.Token),
            "large" => LargeBenchmark.RunAsync(report, workspace, stop.Token),
            "browse" => BrowseBenchmark.RunAsync(report, workspace, stop.Token),
            _ => CatalogBenchmark.RunAsync(report, workspace, stop.Token),
        });
    }
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped.");
    return 130;
}
catch (Exception e)
{
    // Not left to the runtime: on its way out nobody disposes of the children and the temporary directories.
    Console.Error.WriteLine(e);
    return 1;
}
return report.Finish();
