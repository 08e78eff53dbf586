using System.Globalization;
using System.Security.Cryptography;
using Acme.Api.Problems;
using Acme.Client.Contract;
using Acme.Registry.Access;
using Acme.Registry.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using DomainUser = Acme.Registry.Access.User;

namespace Acme.Api.LoadTests;

/// <summary>Puts load on this process from another one: real requests to the address where it listens, one test at a time.</summary>
internal sealed class LoadTestRunner : IAsyncDisposable
{
    // Longer than any test that may be ordered, preparation included.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(45);
    private const int TokenCalls = 10_000_000;

    private readonly LoadTestProgram _program;
    private readonly LoadTestArchive _archive;
    private readonly IServer _server;
    private readonly ICatalog _catalog;
    private readonly SignIn _signIn;
    private readonly TimeProvider _time;
    private readonly ILogger<LoadTestRunner> _logger;
    private readonly Lock _lock = new();
    private Current? _current;

    public LoadTestRunner(
        LoadTestProgram program, LoadTestArchive archive, IServer server, ICatalog catalog, SignIn signIn, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<LoadTestRunner> logger)
    {
        (_program, _archive, _server, _catalog, _signIn, _time, _logger) = (program, archive, server, catalog, signIn, time, logger);
        // Not only when all is disposed of: the server waits before that for requests under way, and these would go on.
        lifetime.ApplicationStopping.Register(() => _current?.Process.Kill());
    }

    /// <summary>Starts a test.</summary>
    /// <exception cref="ProblemException">One runs already, the program is not there, or this process listens nowhere.</exception>
    public async Task<LoadTestRun> StartAsync(LoadTestRequest request, DomainUser user)
    {
        var (program, address) = (_program.Path, OwnAddress());
        var now = _time.GetUtcNow();
        var run = new LoadTestRun
        {
            Id = $"{now.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}",
            State = LoadTestState.Running,
            StartedAt = now.UtcDateTime,
            StartedBy = user.Name,
            Request = request,
        };
        var (text, token, _) = await _signIn.IssueAsync(user, Limit, TokenCalls);
        try
        {
            lock (_lock)
            {
                if (_current is { } other) throw new ProblemException(409, "A load test is running", $"The load test {other.Run.Id} is running. Wait for it, or stop it with DELETE /load-tests/{other.Run.Id}.");
                _archive.Save(run);
                _current = new(run, new(program, Arguments(run, address), text), new(Limit));
            }
        }
        catch
        {
            await _catalog.Tokens.DeleteAsync(token.Hash);
            throw;
        }
        _logger.LogWarning("{User} started the load test {Id} against {Address}", user.Name, run.Id, address);
        _ = FollowAsync(_current, token);
        return run;
    }

    /// <summary>All tests that are kept, newest first, without results.</summary>
    public IReadOnlyList<LoadTestRun> List() => [.. _archive.List().Select(Now)];

    /// <summary>The test with its progress or result; null when there is none of this id.</summary>
    public LoadTestRun? Find(string id) => _archive.Find(id) is { } run ? Now(run) : null;

    /// <summary>Stops the test and waits until it has ended; false when it does not run.</summary>
    public async Task<bool> StopAsync(string id)
    {
        if (_current is not { } current || current.Run.Id != id) return false;
        await current.Stop.CancelAsync();
        await current.Ended.Task;
        return true;
    }

    /// <summary>Ends the test that runs, and waits until what it came to is kept.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_current is not { } current) return;
        current.Process.Kill();
        await current.Ended.Task;
    }

    private LoadTestRun Now(LoadTestRun run)
    {
        if (run.State != LoadTestState.Running) return run;
        return _current is { } current && current.Run.Id == run.Id
            ? run with { Progress = current.Process.Progress }
            : run with { State = LoadTestState.Stopped, Problem = "The registry ended while the test was running." };
    }

    private async Task FollowAsync(Current current, Token token)
    {
        var run = current.Run;
        try
        {
            var code = await current.Process.EndAsync(current.Stop.Token);
            var measured = File.Exists(_archive.ResultPath(run.Id));
            run = run with
            {
                State = measured ? LoadTestState.Finished : current.Stop.IsCancellationRequested ? LoadTestState.Stopped : LoadTestState.Failed,
                Problem = measured || current.Stop.IsCancellationRequested ? null : $"The load test program ended with exit code {code}. {current.Process.Errors}".Trim(),
            };
        }
        catch (Exception e)
        {
            _logger.LogError(e, "The load test {Id} could not be followed", run.Id);
            run = run with { State = LoadTestState.Failed, Problem = e.Message };
        }
        try
        {
            _archive.Save(run with { FinishedAt = _time.GetUtcNow().UtcDateTime });
            await _catalog.Tokens.DeleteAsync(token.Hash);
        }
        catch (Exception e)
        {
            // The token expires by itself.
            _logger.LogError(e, "What the load test {Id} came to could not be kept", run.Id);
        }
        _current = null;
        current.Process.Dispose();
        current.Ended.SetResult();
    }

    private string[] Arguments(LoadTestRun run, string address)
    {
        var request = run.Request;
        string[] shape = request.Rate is { } rate ? ["--rate", $"{rate:0}"] : ["--clients", $"{request.Clients}"];
        return
        [
            "run", "--url", address, "--i-own-this-server", "--name", "this registry",
            "--workloads", string.Join(',', request.Workloads.Select(w => w.ToString().ToLowerInvariant())), .. shape,
            "--seconds", $"{request.Seconds}", "--rounds", $"{request.Rounds}", "--warm-up", "1", "--models", $"{request.Models}", "--clean",
            "--server-pid", $"{Environment.ProcessId}", "--progress",
            "--json", _archive.ResultPath(run.Id), "--html", _archive.ReportPath(run.Id),
        ];
    }

    /// <summary>Where this process listens, plain HTTP first: a certificate need not be good for the loopback address.</summary>
    private string OwnAddress()
    {
        var addresses = _server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(BindingAddress.Parse).Where(a => !a.IsUnixPipe && !a.IsNamedPipe).ToArray() ?? [];
        var address = addresses.OrderBy(a => a.Scheme == "http" ? 0 : 1).FirstOrDefault()
            ?? throw new ProblemException(409, "No address", "This process listens on no address of its own. Run Acme.LoadTest by hand against the address that your users call; docs/performance.md says how.");
        var host = address.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host;
        return $"{address.Scheme}://{host}:{address.Port}";
    }

    private sealed record Current(LoadTestRun Run, LoadTestProcess Process, CancellationTokenSource Stop)
    {
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
