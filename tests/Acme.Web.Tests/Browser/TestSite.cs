[assembly: AssemblyFixture(typeof(Acme.Web.Tests.Browser.TestSite))]

namespace Acme.Web.Tests.Browser;

/// <summary>One registry and one browser for the whole run.</summary>
public sealed class TestSite : IAsyncLifetime
{
    public TestSite() => Browser = new(Registry);

    public RegistryUnderTest Registry { get; } = new();

    public Chromium Browser { get; }

    public async ValueTask InitializeAsync()
    {
        await Registry.InitializeAsync();
        await Browser.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        await Registry.DisposeAsync();
    }
}
