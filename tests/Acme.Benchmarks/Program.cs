using Acme.Benchmarks;
using Acme.Benchmarks.Scale;
using Acme.Measuring;

if (args is [EmptyServer.Verb, var port])
{
    await EmptyServer.ServeAsync(port);
    return 0;
}

string[] verbs = ["startup", "downloads", "large", "catalog", "browse", "ingest", "pages", "metadata", "scale"];
if (args is not [var verb, .. var rest] || (verb != "all" && !verbs.Contains(verb)) || BenchmarkOptions.Parse(rest) is not { } options)
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project tests/Acme.Benchmarks -- startup|downloads|large|catalog|browse|ingest|pages|metadata|scale|all [--quick] [--size N] [--driver sqlite|postgres] [--cards PERCENT] [--keep DIRECTORY] [--blobs disk|s3|postgres] [--before DLL]");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The children and the temporary directories are taken away on the ordinary way out.
    pressed.Cancel = true;
    stop.Cancel();
};

var report = new Report(options.Quick);
try
{
    foreach (var chosen in verb == "all" ? verbs : [verb])
    {
        using var workspace = new Workspace();
        await (chosen switch
        {
            "startup" => StartupBenchmark.RunAsync(report, workspace, stop.Token),
            "downloads" => DownloadsBenchmark.RunAsync(report, workspace, stop.Token),
            "large" => LargeBenchmark.RunAsync(report, options, workspace, stop.Token),
            "pages" => PagesBenchmark.RunAsync(report, options, workspace, stop.Token),
            "browse" => BrowseBenchmark.RunAsync(report, workspace, stop.Token),
            "ingest" => IngestBenchmark.RunAsync(report, workspace, stop.Token),
            "metadata" => MetadataBenchmark.RunAsync(report, options, workspace, stop.Token),
            "scale" => ScaleSimulation.RunAsync(report, workspace, stop.Token),
            _ => CatalogBenchmark.RunAsync(report, options, workspace, stop.Token),
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
