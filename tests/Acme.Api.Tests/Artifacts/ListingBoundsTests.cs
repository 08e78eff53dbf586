namespace Acme.Api.Tests.Artifacts;

[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class ListingBoundsTests(SharedRegistry registry) : IClassFixture<SharedRegistry>
{
    [Theory]
    [InlineData("/artifacts?offset=banana", 400)]
    [InlineData("/artifacts?offset=%00", 400)]
    [InlineData("/artifacts?limit=0", 400)]
    [InlineData("/artifacts?limit=1001", 400)]
    [InlineData("/artifacts?limit=x", 400)]
    public async Task Bad_cursors_and_limits_are_refused(string path, int status) =>
        await (await registry.Admin.PostAsync(path, Zips.Json("""[{"name":"*"}]"""))).ProblemAsync(status);

    [Fact]
    public async Task More_than_a_hundred_queries_are_too_many()
    {
        var queries = string.Join(",", Enumerable.Repeat("""{"name":"x"}""", 101));
        await (await registry.Admin.PostAsync("/artifacts", Zips.Json($"[{queries}]"))).ProblemAsync(413);
    }
}
