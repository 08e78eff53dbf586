using System.Net.Http.Json;

namespace Acme.AppHost;

/// <summary>What a developer does to a registry again and again, as buttons on the dashboard.</summary>
internal static class RegistryCommands
{
    private static readonly string[] LoadTestWorkloads = ["whole"];

    /// <summary>Adds the commands to the API's resource. They act as the administrator of the parameters.</summary>
    public static IResourceBuilder<ProjectResource> WithRegistryCommands(
        this IResourceBuilder<ProjectResource> api, IResourceBuilder<ParameterResource> name, IResourceBuilder<ParameterResource> password)
    {
        return api
            .WithHttpCommand("/demo", "Fill with demo data", commandName: "demo", commandOptions: new()
            {
                Description = "Registers small models, a dataset and code that the project makes itself.",
                IconName = "DatabaseArrowUp",
                Method = HttpMethod.Post,
                PrepareRequest = SignInAsync,
            })
            .WithHttpCommand("/reset", "Reset the registry", commandName: "reset", commandOptions: new()
            {
                Description = "Deletes all artifacts, ratings, trails and users but the administrator.",
                ConfirmationMessage = "Delete everything that is registered?",
                IconName = "DeleteDismiss",
                Method = HttpMethod.Delete,
                PrepareRequest = SignInAsync,
            })
            .WithHttpCommand("/load-tests", "Run the load test", commandName: "load-test", commandOptions: new()
            {
                Description = "Starts the download workload against this registry; its report appears on the status page.",
                IconName = "TopSpeed",
                Method = HttpMethod.Post,
                PrepareRequest = async context =>
                {
                    await SignInAsync(context);
                    context.Request.Content = JsonContent.Create(new { workloads = LoadTestWorkloads, clients = 100 });
                },
            });

        async Task SignInAsync(HttpCommandRequestContext context)
        {
            var ended = context.CancellationToken;
            var credentials = new
            {
                user = new { name = await name.Resource.GetValueAsync(ended), is_admin = true },
                secret = new { password = await password.Resource.GetValueAsync(ended) },
            };
            using var answer = await context.HttpClient.PutAsJsonAsync(new Uri(new Uri(context.Endpoint.Url), "/authenticate"), credentials, ended);
            answer.EnsureSuccessStatusCode();
            context.Request.Headers.TryAddWithoutValidation("X-Authorization", await answer.Content.ReadFromJsonAsync<string>(ended));
        }
    }
}
