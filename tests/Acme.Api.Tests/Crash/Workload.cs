using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Acme.Api.Tests.Ingest;

namespace Acme.Api.Tests.Crash;

/// <summary>What the clients of one run have in common.</summary>
internal sealed class Run(Ledgers known, ZipServer source, Random random)
{
    /// <summary>Clients at work at once.</summary>
    public const int Workers = 6;

    private int _underWay;
    private int _made;

    /// <summary>What they know.</summary>
    public Ledgers Known => known;

    /// <summary>Where they ingest from.</summary>
    public ZipServer Source => source;

    /// <summary>One for each request, so that a reset can be alone by taking them all.</summary>
    public SemaphoreSlim Turns { get; } = new(Workers);

    /// <summary>For whoever resets: two that each waited for the other's turns would wait for ever.</summary>
    public SemaphoreSlim Resets { get; } = new(1);

    /// <summary>Files that many artifacts share: below and above what a driver stores in one piece.</summary>
    public byte[][] SharedFiles { get; } = [.. new[] { 3_000, 40_000, 200_000, 1_500_000, 9_000_000 }.Select(size => BytesOf(size, random))];

    /// <summary>Whether an engine was killed since the last inspection, so that errors of the registry are to be expected.</summary>
    public bool IsDisturbed { get; set; }

    /// <summary>Errors that the registry answered, with how often.</summary>
    public ConcurrentDictionary<string, int> Errors { get; } = new();

    /// <summary>Requests under way.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>A number that was not given before.</summary>
    public int NextNumber() => Interlocked.Increment(ref _made);

    /// <summary>Counts a request while it is under way.</summary>
    public async Task<T> CountAsync<T>(Func<Task<T>> request)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            return await request();
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private static byte[] BytesOf(int size, Random random)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }
}

/// <summary>One client that changes, reads and searches for its own things, and tells the ledgers what was sent and what was answered.</summary>
internal sealed class Workload(HttpClient client, Run run, int worker, Random random)
{
    private const int Wanted = 12;

    private Ledgers Known => run.Known;

    /// <summary>Works until it is told to stop; what is under way then is finished, or dies with the registry.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (random.Next(800) == 0) await ResetAsync();
                else await TakeTurnAsync();
            }
            catch (Exception e) when (e is HttpRequestException or IOException or SocketException or UnansweredException)
            {
                // The registry or an engine was killed: what was sent is in doubt. Where the connection had just been made, HttpClient lets the socket's own error through.
                await Task.Delay(50, CancellationToken.None);
            }
        }
    }

    private async Task TakeTurnAsync()
    {
        await run.Turns.WaitAsync();
        try
        {
            var mine = Mine(Known.Artifacts);
            await (random.Next(100) switch
            {
                < 8 => ChangeUsersAsync(),
                < 14 => ChangeSessionsAsync(),
                _ when mine.Count == 0 => UploadAsync(),
                < 38 => mine.Count < Wanted ? UploadAsync() : DeleteAsync(Pick(mine)),
                < 50 => IngestAsync(),
                < 54 => PromiseAsync(),
                < 66 => ReplaceAsync(Pick(mine)),
                < 78 => DeleteAsync(Pick(mine)),
                < 90 => DownloadAsync(Pick(mine)),
                _ => SearchAsync(Pick(mine)),
            });
        }
        finally
        {
            run.Turns.Release();
        }
    }

    private async Task UploadAsync()
    {
        var name = NewName();
        List<(string Path, byte[] Content)> files = [("README.md", Encoding.UTF8.GetBytes($"# {name}\n\nUploaded in the killing fields.\n"))];
        foreach (var shared in run.SharedFiles)
        {
            // The large ones are rare: they cost as much as a hundred small ones.
            if (random.Next(shared.Length > 1_000_000 ? 25 : 3) == 0) files.Add(($"shared-{shared.Length}.bin", shared));
        }
        var own = new byte[random.Next(1, 60_000)];
        random.NextBytes(own);
        files.Add(("own/weights.bin", own));
        var state = Ledgers.StateOf(files);
        Known.Artifacts.Sent(name, state);
        var answer = await AskAsync(HttpMethod.Post, "/artifact/model/upload", Zips.Form(Zips.Of([.. files]), name), HttpStatusCode.Created);
        Known.Artifacts.Answered(name, state, IdOf(answer));
    }

    private async Task IngestAsync()
    {
        var (name, url, state) = NewSource();
        Known.Artifacts.Sent(name, state);
        var answer = await AskAsync(HttpMethod.Post, "/artifact/model", JsonContent.Create(new { url, name }), HttpStatusCode.Created, HttpStatusCode.Accepted);
        if (answer.Status == HttpStatusCode.Accepted) Known.Artifacts.Promised(name, IdOf(answer));
        else Known.Artifacts.Answered(name, state, IdOf(answer));
    }

    private async Task PromiseAsync()
    {
        var (name, url, state) = NewSource();
        Known.Artifacts.Sent(name, state);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/artifact/model") { Content = JsonContent.Create(new { url, name }) };
        request.Headers.Add("Prefer", "respond-async");
        var answer = await AskAsync(request, HttpStatusCode.Accepted);
        Known.Artifacts.Promised(name, IdOf(answer));
    }

    private async Task ReplaceAsync((string Name, string Id, string State) artifact)
    {
        var (_, url, state) = NewSource();
        Known.Artifacts.Sent(artifact.Name, state);
        var body = new { metadata = new { name = artifact.Name, id = artifact.Id, type = "model" }, data = new { url } };
        // Beyond the time budget it goes on by itself, and stays in doubt until somebody looks.
        if ((await AskAsync(HttpMethod.Put, $"/artifacts/model/{artifact.Id}", JsonContent.Create(body), HttpStatusCode.OK, HttpStatusCode.Accepted)).Status == HttpStatusCode.OK)
            Known.Artifacts.Answered(artifact.Name, state);
    }

    private async Task DeleteAsync((string Name, string Id, string State) artifact)
    {
        Known.Artifacts.Sent(artifact.Name, null);
        await AskAsync(HttpMethod.Delete, $"/artifacts/model/{artifact.Id}", null, HttpStatusCode.OK);
        Known.Artifacts.Answered(artifact.Name, null);
        await AskAsync(HttpMethod.Get, $"/artifacts/model/{artifact.Id}", null, HttpStatusCode.NotFound);
        if (random.Next(3) != 0) return;
        Known.Artifacts.Sent(artifact.Name, artifact.State);
        await AskAsync(HttpMethod.Post, $"/artifacts/model/{artifact.Id}/restore", null, HttpStatusCode.OK);
        Known.Artifacts.Answered(artifact.Name, artifact.State);
    }

    private async Task DownloadAsync((string Name, string Id, string State) artifact)
    {
        var answer = await AskAsync(HttpMethod.Get, $"/artifacts/model/{artifact.Id}/download", null, HttpStatusCode.OK);
        Assert.Equal(artifact.State, Ledgers.StateOf(answer.Body));
    }

    private async Task SearchAsync((string Name, string Id, string State) artifact)
    {
        var answer = random.Next(2) == 0
            ? await AskAsync(HttpMethod.Get, $"/artifact/byName/{Uri.EscapeDataString(artifact.Name)}", null, HttpStatusCode.OK)
            : await AskAsync(HttpMethod.Post, "/artifact/byRegEx", JsonContent.Create(new { regex = $"^{artifact.Name}$" }), HttpStatusCode.OK, HttpStatusCode.BadRequest);
        if (answer.Status == HttpStatusCode.OK) Assert.Contains(answer.Json().EnumerateArray(), found => found.GetProperty("id").GetString() == artifact.Id);
        // It waited for an engine, or the machine is busy.
        else Assert.Equal("Search too slow", answer.Json().GetProperty("title").GetString());
    }

    private async Task ChangeUsersAsync()
    {
        var mine = Mine(Known.Users);
        if (mine.Count == 0 || random.Next(3) == 0)
        {
            var name = $"user-{worker}-{run.NextNumber()}";
            var password = NewPassword();
            Known.Users.Sent(name, password);
            await AskAsync(HttpMethod.Post, "/users", JsonContent.Create(new { name, password, permissions = new[] { "search" } }), HttpStatusCode.Created);
            Known.Users.Answered(name, password);
        }
        else if (random.Next(2) == 0)
        {
            var (name, _, _) = Pick(mine);
            var password = NewPassword();
            Known.Users.Sent(name, password);
            await AskAsync(HttpMethod.Patch, $"/users/{name}", JsonContent.Create(new { password }), HttpStatusCode.OK);
            Known.Users.Answered(name, password);
        }
        else
        {
            var (name, _, _) = Pick(mine);
            Known.Users.Sent(name, null);
            await AskAsync(HttpMethod.Delete, $"/users/{name}", null, HttpStatusCode.OK);
            Known.Users.Answered(name, null);
        }
    }

    private async Task ChangeSessionsAsync()
    {
        var mine = Mine(Known.Sessions);
        if (mine.Count < 3)
        {
            // Whose token never arrived, nobody can use.
            var answer = await AskAsync(HttpMethod.Post, "/sessions", JsonContent.Create(new { name = RegistryApp.AdminName, password = RegistryApp.AdminPassword }), HttpStatusCode.Created);
            var token = $"{worker}-{answer.Json().GetProperty("token").GetString()}";
            Known.Sessions.Sent(token, "good");
            Known.Sessions.Answered(token, "good");
        }
        else
        {
            var (token, _, _) = Pick(mine);
            Known.Sessions.Sent(token, null);
            using var request = new HttpRequestMessage(HttpMethod.Delete, "/sessions/current");
            request.Headers.TryAddWithoutValidation("X-Authorization", token[(token.IndexOf('-') + 1)..]);
            await AskAsync(request, HttpStatusCode.NoContent);
            Known.Sessions.Answered(token, null);
        }
    }

    /// <summary>Alone: what the others had under way could otherwise be before or after it.</summary>
    private async Task ResetAsync()
    {
        await run.Resets.WaitAsync();
        var held = 0;
        try
        {
            for (; held < Run.Workers; held++) await run.Turns.WaitAsync();
            Known.ResetSent();
            await AskAsync(HttpMethod.Delete, "/reset", null, HttpStatusCode.OK);
            Known.ResetAnswered();
        }
        finally
        {
            if (held > 0) run.Turns.Release(held);
            run.Resets.Release();
        }
    }

    private async Task<Answer> AskAsync(HttpMethod method, string path, HttpContent? body, params HttpStatusCode[] expected)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        return await AskAsync(request, expected);
    }

    private Task<Answer> AskAsync(HttpRequestMessage request, params HttpStatusCode[] expected) => run.CountAsync(async () =>
    {
        // A header of the request's own goes before the client's.
        using var response = await client.SendAsync(request);
        var answer = new Answer(response.StatusCode, await response.Content.ReadAsByteArrayAsync());
        if (expected.Contains(answer.Status)) return answer;
        var what = $"{request.Method} {request.RequestUri} was answered {(int)answer.Status}: {Encoding.UTF8.GetString(answer.Body)}";
        Assert.True((int)answer.Status >= 500 && run.IsDisturbed, what);
        run.Errors.AddOrUpdate($"{(int)answer.Status} to {request.Method}", 1, (_, count) => count + 1);
        throw new UnansweredException(what);
    });

    private (string Name, string Url, string State) NewSource()
    {
        var name = NewName();
        var path = $"/same/{name.Replace(' ', '/')}.zip";
        return (name, run.Source.Url(path), Ledgers.StateOf(Zips.SmallModel(ZipServer.CardOf(path))));
    }

    private string NewName() => $"kill-run {worker} {run.NextNumber()}";

    private string NewPassword() => $"a long password {random.NextInt64()}";

    private List<(string Name, string Id, string State)> Mine(Ledger ledger) =>
    [
        .. ledger.Read().Where(e => e.Entry.IsPresent && OwnerOf(e.Name) == $"{worker}").Select(e => (e.Name, e.Entry.Id ?? "", e.Entry.Possible[0]!)),
    ];

    private T Pick<T>(List<T> things) => things[random.Next(things.Count)];

    // "kill-run 3 17", "user-3-17", "3-bearer ...".
    private static string OwnerOf(string name)
    {
        var words = name.Split(' ', '-');
        return words[0] switch
        {
            "kill" => words[2],
            "user" => words[1],
            _ => words[0],
        };
    }

    private static string IdOf(Answer answer) => answer.Json().GetProperty("metadata").GetProperty("id").GetString()!;

    private sealed record Answer(HttpStatusCode Status, byte[] Body)
    {
        public JsonElement Json()
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
    }
}

/// <summary>The registry answered that it does not know.</summary>
internal sealed class UnansweredException(string message) : Exception(message);
