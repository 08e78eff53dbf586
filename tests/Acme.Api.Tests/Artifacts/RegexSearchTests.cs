namespace Acme.Api.Tests.Artifacts;

[Trait(TestDrivers.Trait, TestDrivers.Every)]
public sealed class RegexSearchTests(RegexSearchTests.ThreeModels models) : IClassFixture<RegexSearchTests.ThreeModels>
{
    [Theory]
    [InlineData(".*?(audience|bert).*", 2)]
    [InlineData("audience", 1)]
    [InlineData("AUDIENCE", 0)]
    [InlineData("(?i)AUDIENCE", 1)]
    [InlineData("^bert$", 1)]
    [InlineData("quantum chromodynamics", 1)]
    [InlineData("no such thing", 0)]
    [InlineData("e", 3)]
    public async Task A_regular_expression_is_searched_for_in_names_and_cards(string pattern, int hits)
    {
        using var response = await models.Registry.Admin.PostAsync("/artifact/byRegEx", Zips.Json($$"""{"regex":"{{pattern}}"}"""));
        if (hits == 0) await response.ProblemAsync(404);
        else Assert.Equal(hits, (await response.JsonAsync()).GetArrayLength());
    }

    /// <summary>Nothing else is registered.</summary>
    public sealed class ThreeModels : IAsyncLifetime
    {
        public SharedRegistry Registry { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Registry.InitializeAsync();
            await Registry.Admin.UploadAsync(Zips.SmallModel(), "audience-classifier");
            await Registry.Admin.UploadAsync(Zips.SmallModel("# x"), "bert");
            await Registry.Admin.UploadAsync(Zips.SmallModel("# Physics\n\nAnswers about quantum chromodynamics."), "physics");
        }

        public ValueTask DisposeAsync() => Registry.DisposeAsync();
    }
}
