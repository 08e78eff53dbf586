using Acme.LoadTest;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The children and what was uploaded are taken away on the ordinary way out.
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    return args switch
    {
        ["prepare", .. var rest] => await PrepareCommand.RunAsync(new(rest), stop.Token),
        ["run", .. var rest] => await RunCommand.RunAsync(new(rest), stop.Token),
        ["compare", .. var rest] => await CompareCommand.RunAsync(new(rest), stop.Token),
        ["gate", .. var rest] => await GateCommand.RunAsync(new(rest), stop.Token),
        _ => throw new OptionException($"What is to be done? prepare, run, compare or gate.{Environment.NewLine}{Options.Help}"),
    };
}
catch (OptionException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped.");
    return 130;
}
catch (Exception e) when (e is HttpRequestException or InvalidOperationException or InvalidDataException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
