using Acme.Registry.Local.CrashChild;

// Works on a data directory until it is killed. Before each change it says "begin <change>", and "done <change>" once it was
// acknowledged: whoever kills it knows what must be there, and which one change may or may not be.
var worker = await Worker.OpenAsync(args[0], new Random(int.Parse(args[1])));
while (true) await worker.StepAsync();
