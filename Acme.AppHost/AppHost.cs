using Acme.AppHost;

var builder = DistributedApplication.CreateBuilder(args);

var choice = StorageChoice.Decide(builder.Configuration, builder.ExecutionContext.IsPublishMode);
Console.WriteLine(choice.Explanation);

var adminName = builder.AddParameter("admin-name", "admin");
var adminPassword = builder.AddParameter("admin-password", new GenerateParameterDefault { MinLength = 20 }, secret: true, persist: true);
var huggingFaceToken = builder.AddParameter("huggingface-token", "", secret: true);
var gitHubToken = builder.AddParameter("github-token", "", secret: true);

var api = builder.AddProject<Projects.Acme_Api>("api")
    .WithHttpHealthCheck("/health")
    .WithEnvironment("Admin__Name", adminName)
    .WithEnvironment("Admin__Password", adminPassword)
    .WithEnvironment("Sources__HuggingFace__Token", huggingFaceToken)
    .WithEnvironment("Sources__GitHub__Token", gitHubToken)
    .WithUrlForEndpoint("http", url => url.DisplayText = "REST API")
    .WithUrlForEndpoint("http", _ => new() { Url = "/scalar", DisplayText = "API reference" })
    .WithRegistryCommands(adminName, adminPassword);

builder.AddStorage(choice, api);

builder.AddProject<Projects.Acme_Web>("web")
    .WithReference(api)
    .WaitFor(api)
    .WithHttpHealthCheck("/alive")
    .WithExternalHttpEndpoints()
    .WithUrlForEndpoint("http", url => url.DisplayText = "Registry");

builder.Build().Run();
