using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Acme.Measuring.Servers;

/// <summary>The release build of the registry on a data directory of its own and a port that the system chose.</summary>
internal sealed class RegistryProcess : IDisposable
{
    public const string AdminName = "benchmark";
    public const string AdminPassword = "a password for one run";
    private const string ListeningMark = "Now listening on: ";

    private readonly ChildProcess _process;

    private RegistryProcess(ChildProcess process, Uri address)
    {
        _process = process;
        Client = new(new SocketsHttpHandler()) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Speaks to it; with a token once <see cref="SignInAsync"/> was called.</summary>
    public HttpClient Client { get; }

    /// <summary>The value of <c>X-Authorization</c> that <see cref="SignInAsync"/> got.</summary>
    public string Token { get; private set; } = "";

    public int Id => _process.Id;

    /// <summary>Starts it and returns once it listens.</summary>
    /// <param name="dataDirectory">Where it keeps what its drivers keep on disk; made where it is missing.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="settings">More settings, as <c>--Key value</c>.</param>
    /// <param name="environment">More of the environment, such as credentials.</param>
    /// <param name="program">Another build's <c>Acme.Standalone.dll</c>.</param>
    /// <exception cref="FileNotFoundException">The release build is not there.</exception>
    /// <exception cref="InvalidOperationException">It did not start.</exception>
    public static async Task<RegistryProcess> StartAsync(
        string dataDirectory,
        CancellationToken cancellationToken,
        IReadOnlyList<string>? settings = null,
        IReadOnlyDictionary<string, string>? environment = null,
        string? program = null)
    {
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] arguments =
        [
            program ?? ProgramPath(),
            "--urls", "http://127.0.0.1:0",
            "--Data:Directory", dataDirectory,
            "--Admin:Name", AdminName,
            "--Admin:Password", AdminPassword,
            "--Access:TokenCalls", "1000000",
            .. settings ?? [],
        ];
        var process = new ChildProcess("dotnet", arguments, line =>
        {
            var mark = line.IndexOf(ListeningMark, StringComparison.Ordinal);
            if (mark >= 0) listening.TrySetResult(new(line[(mark + ListeningMark.Length)..].Trim()));
        }, environment);
        try
        {
            await process.UntilAsync(listening.Task, cancellationToken);
            return new(process, await listening.Task);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>Gets a token and sends it from now on.</summary>
    public async Task SignInAsync(CancellationToken cancellationToken)
    {
        var request = new { user = new { name = AdminName, is_admin = true }, secret = new { password = AdminPassword } };
        using var response = await Client.PutAsJsonAsync("/authenticate", request, cancellationToken);
        response.EnsureSuccessStatusCode();
        Token = await response.Content.ReadFromJsonAsync<string>(cancellationToken) ?? throw new InvalidDataException("The registry returned no token.");
        Client.DefaultRequestHeaders.Add("X-Authorization", Token);
    }

    /// <summary>Uploads a ZIP and returns the path under which its bundle is downloaded.</summary>
    /// <exception cref="HttpRequestException">It was refused; the message holds the answer.</exception>
    public async Task<string> UploadAsync(HttpContent zip, string name, CancellationToken cancellationToken)
    {
        zip.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        using var form = new MultipartFormDataContent { { new StringContent(name), "name" }, { zip, "file", "artifact.zip" } };
        using var response = await Client.PostAsync("/artifact/model/upload", form, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"The upload was refused with {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        return $"/artifacts/model/{response.Headers.Location!.OriginalString.Split('/')[^1]}/download";
    }

    public void Dispose()
    {
        Client.Dispose();
        _process.Dispose();
    }

    private static string ProgramPath()
    {
        const string built = "artifacts/bin/Acme.Standalone/release/Acme.Standalone.dll";
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, built);
            if (File.Exists(path)) return path;
        }
        throw new FileNotFoundException($"{built} is not there. Build it: dotnet build -c Release Acme.Standalone");
    }
}
