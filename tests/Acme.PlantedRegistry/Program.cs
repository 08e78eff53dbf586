using Acme.PlantedRegistry;
using Acme.Standalone;

// The registry with something wrong in it, to see whether it notices: PLANT --Key value ...
var plant = args[0];
await using var app = StandaloneApp.Build(args[1..], builder =>
{
    switch (plant)
    {
        case "nothing": break;
        case "slow-store": builder.Services.Plant(PlantedCatalog.Late); break;
        case "one-connection": builder.Services.Plant(PlantedCatalog.InTurn); break;
        case "starved-pool": builder.Services.AddHostedService<BlockedThreads>(); break;
        case "cpu-hog": builder.Services.AddHostedService<BusyThreads>(); break;
        default: throw new ArgumentException($"Nothing is known to plant as '{plant}'.");
    }
});
await app.RunAsync();
