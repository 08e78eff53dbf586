using System.Net;
using Acme.Registry.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Acme.Api.Tests.Jobs;

[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class RunJobsTests
{
    private const string Key = "a key that only the schedule knows";

    [Fact]
    public async Task A_call_with_the_key_does_what_is_due_before_it_answers()
    {
        await using var app = await RegistryApp.StartAsync("--Jobs:Run:Key", Key);
        var queue = app.Services.GetRequiredService<ICatalog>().Jobs;
        var now = DateTimeOffset.UtcNow;
        foreach (var id in new[] { "one", "two" }) await queue.AddAsync(new() { Id = id, Kind = "collect-garbage", Payload = "{}", DueAt = now });

        using var answer = await app.Http.SendAsync(Request(Key));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        foreach (var id in new[] { "one", "two" })
        {
            // Done, and due again when garbage is collected next.
            var job = await queue.FindAsync(id);
            Assert.True(job!.DueAt > now.AddMinutes(30), $"{id} is due at {job.DueAt}");
        }
    }

    [Fact]
    public async Task Without_the_key_nobody_drives_the_jobs()
    {
        await using var app = await RegistryApp.StartAsync("--Jobs:Run:Key", Key);
        Assert.Equal(HttpStatusCode.Forbidden, (await app.Http.SendAsync(Request("another key, just as long as that one"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await app.Http.SendAsync(Request(null))).StatusCode);

        await using var without = await RegistryApp.StartAsync();
        // Pages may have the path; nothing takes the call.
        Assert.True((await without.Http.SendAsync(Request(""))).StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed);
    }

    private static HttpRequestMessage Request(string? key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/jobs/run");
        if (key is not null) request.Headers.Add("X-Jobs-Key", key);
        return request;
    }
}
