using System.Globalization;
using System.Reflection;

namespace Acme.Infra.Cdk.Tests.Templates;

/// <summary>What the templates tell the services by environment variables is what the services read, name by name and value by value.</summary>
public sealed class SettingNameTests(Deployments deployments)
{
    private static readonly IReadOnlyList<Assembly> Rooms =
        [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "Acme.*.dll").Where(f => !f.Contains(".Tests.", StringComparison.Ordinal)).Select(Assembly.LoadFrom)];

    // Sections whose options class is not named by the section's last word.
    private static readonly Dictionary<string, string> ClassOfSection = new() { ["Jobs:Run"] = "RunJobsOptions", ["Downloads"] = "DownloadOptions" };

    // Sections that are read key by key, without an options class.
    private static readonly string[] Loose = ["Catalog", "Blobs", "Data", "Proxies:Trusted", "Proxies", "Web"];

    // Read by .NET, by OpenTelemetry and by the Lambda Web Adapter.
    private static readonly string[] OfLibraries =
    [
        "ASPNETCORE_ENVIRONMENT", "ASPNETCORE_HTTP_PORTS", "DOTNET_EnableDiagnostics", "TMPDIR", "Logging:Console:FormatterName",
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES", "AWS_LWA_PORT", "AWS_LWA_READINESS_CHECK_PATH",
    ];

    public static TheoryData<string> Sections => ["Admin", "Ingest", "Mirror", "Jobs:Run", "Sources:HuggingFace", "Sources:GitHub", "DynamoDb", "S3", "Postgres", "Downloads", .. Loose];

    [Theory]
    [MemberData(nameof(Sections))]
    public void Every_variable_of_a_section_is_read_by_the_service(string section)
    {
        var variables = Variables().Where(v => SectionOf(v.Key) == section).Distinct().ToList();
        Assert.NotEmpty(variables);
        foreach (var (key, value) in variables)
        {
            if (Loose.Contains(section)) AssertIsRead(key);
            else AssertBinds(section, key, value);
        }
    }

    [Fact]
    public void There_is_no_variable_outside_those_sections() =>
        Assert.Subset(OfLibraries.ToHashSet(), Variables().Select(v => v.Key).Where(k => !Sections.Any(s => s.Data == SectionOf(k))).ToHashSet());

    private static void AssertBinds(string section, string key, string? value)
    {
        var name = ClassOfSection.GetValueOrDefault(section) ?? section.Split(':')[^1] + "Options";
        var type = Rooms.SelectMany(r => r.GetTypes()).SingleOrDefault(t => t.Name == name);
        if (type is null) Assert.Skip($"No room has a class {name} yet.");
        var property = type.GetProperty(key[(section.Length + 1)..], BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
        Assert.True(property?.SetMethod is not null, $"{key} is set, but {type.FullName} has no such property.");
        if (value is null) return;
        var target = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var converter = System.ComponentModel.TypeDescriptor.GetConverter(target);
        Assert.True(converter.ConvertFromString(null, CultureInfo.InvariantCulture, value) is not null, $"{key}={value} is not a {target.Name}.");
    }

    private static void AssertIsRead(string key)
    {
        var room = key.StartsWith("Web:", StringComparison.Ordinal) ? "Acme.Web" : key == "Proxies:PublicScheme" ? "Acme.ServiceDefaults" : "Acme.Api";
        var quoted = '"' + (key.StartsWith("Proxies:Trusted:", StringComparison.Ordinal) ? "Proxies:Trusted" : key) + '"';
        var sources = Directory.EnumerateFiles(RepositoryFiles.At(room), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
        var section = '"' + key.Split(':')[0] + ':';
        if (!sources.Any(s => s.Contains(section, StringComparison.Ordinal))) Assert.Skip($"{room} has nothing of the section {section} yet.");
        Assert.True(sources.Any(s => s.Contains(quoted, StringComparison.Ordinal)), $"{room} reads no {quoted}.");
    }

    private static string SectionOf(string key)
    {
        if (key.StartsWith("Proxies:Trusted:", StringComparison.Ordinal)) return "Proxies:Trusted";
        var end = key.LastIndexOf(':');
        return end < 0 ? key : key[..end];
    }

    /// <summary>Every variable of a service's container or function, as the setting that it is; without a value where only AWS knows it.</summary>
    private IEnumerable<(string Key, string? Value)> Variables()
    {
        foreach (var deployment in deployments.All)
        {
            foreach (var container in deployment.Of("AWS::ECS::TaskDefinition").SelectMany(t => t["ContainerDefinitions"].Items()).Where(c => c["Name"].Text() == "service"))
            {
                foreach (var v in container["Environment"].Items()) yield return (Setting(v["Name"].Text()!), Plain(v["Value"]));
                foreach (var v in container["Secrets"].Items()) yield return (Setting(v["Name"].Text()!), null);
            }
            foreach (var function in deployment.Of("AWS::Lambda::Function").Where(f => f["PackageType"].Text() == "Image"))
            {
                foreach (var v in function["Environment"].At("Variables")!.AsObject()) yield return (Setting(v.Key), Plain(v.Value));
            }
        }

        static string Setting(string name) => name.Replace("__", ":", StringComparison.Ordinal);
        static string? Plain(System.Text.Json.Nodes.JsonNode? value) => value is System.Text.Json.Nodes.JsonValue ? value.Text() : null;
    }
}
