using System.Text.Json.Nodes;
using Acme.Client;
using Acme.Client.Contract;
using Acme.Upstreams;
using Acme.Web.Tests.Content;

namespace Acme.Web.Tests.Browser;

/// <summary>
/// One standalone registry with demo data, and some of the tests' own, for the whole run. Its hubs are stand-ins; its policy marks models below a net
/// score of 0.5.
/// </summary>
public sealed class RegistryUnderTest : IAsyncDisposable
{
    public const string AdminName = "admin";
    public const string ReaderName = "reader";
    public const string LongName = "an-organisation-with-a-very-long-name/a-model-whose-name-goes-on-and-on-until-nobody-remembers-how-it-began-or-what-it-was-for-v2.1-final";
    public const string HostileName = "somebody/hostile";
    public const string ReplacedName = "somebody/replaced";
    public const string Password = "correct-horse-battery";

    private readonly string _data = Directory.CreateTempSubdirectory("acme-web-").FullName;
    private readonly Dictionary<string, string> _ids = [];
    private ServerProcess _process = null!;
    private UpstreamServer _hubs = null!;

    public Uri Address => _process.Address;

    /// <summary>A client of the API with the administrator's token.</summary>
    public RegistryClient Admin { get; private set; } = null!;

    /// <summary>Id of an ingest whose source gives nothing.</summary>
    public string UnreachableId { get; private set; } = "";

    /// <summary>Id of a model that was deleted.</summary>
    public string DeletedId { get; private set; } = "";

    /// <summary>The first revision of the model whose contents were replaced.</summary>
    public string EarlierRevision { get; private set; } = "";

    /// <summary>Id of the artifact that was there at the start with this name.</summary>
    public string IdOf(string name) => _ids[name];

    public async Task InitializeAsync()
    {
        _hubs = await UpstreamServer.StartAsync();
        await StartAsync();
        Admin = new(new HttpClient { BaseAddress = Address });
        await Admin.SignInAsync(AdminName, Password);
        await Admin.RegisterUserAsync(new() { Name = ReaderName, Password = Password, Permissions = [Permission.Search] });
        await UploadAsync(LongName, Zips.Model());
        await UploadAsync(HostileName, Zips.Model(HostileCard.Text, ("images/own.svg", HostileCard.Picture), ("x.png", "no picture")));
        EarlierRevision = (await RegisterReplacedAsync(ReplacedName, "toy-base-uncased", "acme-research/tinybert-lora")).Earlier;
        DeletedId = await UploadAsync("somebody/deleted", Zips.Model());
        await Admin.DeleteAsync(ArtifactType.Model, DeletedId);
        UnreachableId = (await Admin.BeginIngestAsync(ArtifactType.Model, new() { Url = "https://huggingface.co/somebody/unreachable" })).Metadata.Id;
        foreach (var artifact in (await Admin.ListAsync([new() { Name = "*" }])).Items) _ids[artifact.Name] = artifact.Id;
    }

    /// <summary>Kills the process and starts another on the same data.</summary>
    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        await StartAsync();
    }

    /// <summary>Registers a model; its id.</summary>
    public async Task<string> UploadAsync(string name, byte[] zip)
    {
        using var content = new MemoryStream(zip);
        return (await Admin.UploadAsync(ArtifactType.Model, content, "model.zip", name)).Metadata.Id;
    }

    /// <summary>Registers a model from one repository of the hub and replaces its contents by those of another; its id and its first revision.</summary>
    public async Task<(string Id, string Earlier)> RegisterReplacedAsync(string name, string first, string then)
    {
        var artifact = await Admin.IngestAsync(ArtifactType.Model, new() { Url = $"https://huggingface.co/{first}", Name = name });
        var earlier = (await Admin.GetSummaryAsync(ArtifactType.Model, artifact.Metadata.Id)).Row.Revision;
        await Admin.UpdateAsync(artifact with { Data = new() { Url = $"https://huggingface.co/{then}" } });
        return (artifact.Metadata.Id, earlier);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _hubs.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    private async Task StartAsync() => _process = await ServerProcess.StartAsync(
        "Acme.Standalone",
        [
            "--demo", "--Data:Directory", _data, "--Scoring:Policy", await PolicyAsync(), "--Admin:Name", AdminName, "--Admin:Password", Password,
            "--Sources:HuggingFace:Endpoint", _hubs.HuggingFace.AbsoluteUri, "--Sources:GitHub:ApiEndpoint", _hubs.GitHubApi.AbsoluteUri,
            "--Sources:GitHub:WebEndpoint", _hubs.GitHubWeb.AbsoluteUri, "--Sources:Kaggle:Endpoint", _hubs.Kaggle.AbsoluteUri,
            "--Access:TokenCalls", "1000000", "--Logging:LogLevel:Acme.Api.Demo", "None",
        ]);

    private async Task<string> PolicyAsync()
    {
        var policy = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "Acme.Registry", "Scoring", "Policies", "strict.json")))!;
        policy["name"] = "house";
        policy["mode"] = "observe";
        policy["thresholds"] = new JsonObject { ["net_score"] = 0.5 };
        var path = Path.Combine(_data, "policy.json");
        await File.WriteAllTextAsync(path, policy.ToJsonString());
        return path;
    }
}
