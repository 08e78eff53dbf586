using System.Reflection;
using System.Xml.Linq;

namespace Acme.Architecture.Tests;

/// <summary>Who may know whom. Arrows point down this table, never up.</summary>
public sealed class ArrowsTests
{
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Acme.Registry"] = [],
        ["Acme.Registry.Local"] = ["Acme.Registry"],
        ["Acme.Registry.Aws"] = ["Acme.Registry"],
        ["Acme.Registry.Postgres"] = ["Acme.Registry"],
        ["Acme.Client"] = [],
        ["Acme.ServiceDefaults"] = [],
        ["Acme.Api"] = ["Acme.Registry", "Acme.Registry.Local", "Acme.Registry.Aws", "Acme.Registry.Postgres", "Acme.Client", "Acme.ServiceDefaults"],
        ["Acme.Web"] = ["Acme.Client", "Acme.ServiceDefaults"],
        // It starts the load test as a program of its own; nothing of it is compiled in.
        ["Acme.Standalone"] = ["Acme.Api", "Acme.Web", "Acme.LoadTest"],
        // It runs the engines of the tests as local storage; nothing of them is compiled in.
        ["Acme.AppHost"] = ["Acme.Api", "Acme.Web", "Acme.Storage.Engines"],
        ["Acme.Infra.Cdk"] = [],
    };

    // What the domain must not lean on: web frameworks, databases, clouds. The password hasher is a library of its own.
    private static readonly string[] ForbiddenToTheDomain = ["Microsoft.AspNetCore", "Microsoft.Data", "Microsoft.EntityFrameworkCore", "SQLitePCL", "Npgsql", "AWSSDK", "Amazon"];

    public static TheoryData<string> Rooms => [.. Projects().Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_references_only_rooms_that_it_may_know(string room)
    {
        Assert.True(MayKnow.TryGetValue(room, out var allowed), $"{room} is not in the table of rooms: add it with what it may know.");
        var references = XDocument.Load(Projects()[room]).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));
        Assert.Subset(allowed.ToHashSet(), references.ToHashSet());
    }

    [Fact]
    public void Every_room_of_the_table_exists() => Assert.Subset(Projects().Keys.ToHashSet(), MayKnow.Keys.ToHashSet());

    [Fact]
    public void The_domain_knows_no_web_framework_no_database_and_no_cloud()
    {
        var references = Assembly.Load("Acme.Registry").GetReferencedAssemblies().Select(a => a.Name!).ToArray();
        Assert.NotEmpty(references);
        Assert.DoesNotContain(references, name => ForbiddenToTheDomain.Any(f => name.StartsWith(f, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_wire_contract_knows_nothing_but_the_framework()
    {
        var references = Assembly.Load("Acme.Client").GetReferencedAssemblies().Select(a => a.Name!);
        Assert.All(references, name => Assert.StartsWith("System.", name));
    }

    private static Dictionary<string, string> Projects()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Acme.sln"))) root = root.Parent ?? throw new InvalidOperationException("Not inside the repository.");
        return root.EnumerateDirectories("Acme.*").SelectMany(d => d.EnumerateFiles("*.csproj"))
            .ToDictionary(f => Path.GetFileNameWithoutExtension(f.Name), f => f.FullName);
    }
}
