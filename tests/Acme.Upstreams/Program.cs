using Acme.Upstreams;

// Runs the stand-in on its own: dotnet run --project tests/Acme.Upstreams -- [port] [fixtures folder]
await using var upstreams = await UpstreamServer.StartAsync(args.ElementAtOrDefault(1), int.Parse(args.ElementAtOrDefault(0) ?? "0", System.Globalization.CultureInfo.InvariantCulture));
Console.WriteLine($"Hugging Face: {upstreams.HuggingFace}");
Console.WriteLine($"GitHub API:   {upstreams.GitHubApi}");
Console.WriteLine($"GitHub web:   {upstreams.GitHubWeb}");
Console.WriteLine($"Kaggle:       {upstreams.Kaggle}");
await upstreams.UntilStoppedAsync();
