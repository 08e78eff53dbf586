using System.Net;
using System.Net.Sockets;
using Acme.Registry.Scoring.Facts;
using Acme.Registry.Scoring.Reproducibility;
using Microsoft.Extensions.Options;

namespace Acme.Registry.Tests.Scoring.Reproducibility;

public sealed class BubblewrapRunnerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("acme-demo-").FullName;
    private readonly Registered _registered = new();

    public BubblewrapRunnerTests()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/bwrap"), "Needs bubblewrap (apt-get install bubblewrap).");
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "Needs Python at /usr/bin/python3 (apt-get install python3).");
    }

    public void Dispose()
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
        Directory.Delete(_directory);
    }

    private BubblewrapRunner Runner(ReproductionOptions? options = null)
    {
        options ??= new();
        options.Directory = _directory;
        return new(_registered.Blobs, Options.Create(options), TimeProvider.System);
    }

    private async Task<DemoRun> RunAsync(ReproductionOptions? options, params string[] blocks)
    {
        var files = await _registered.StoreAsync(Registered.Text("config.json", """{"model_type": "tiny"}"""), Registered.Text("data/words.txt", "one two three"));
        return await Runner(options).RunAsync(blocks, ["acme/model"], files, TestContext.Current.CancellationToken);
    }

    private Task<DemoRun> RunAsync(params string[] blocks) => RunAsync(null, blocks);

    [Fact]
    public async Task The_sandbox_works_here() => await Runner().CheckAsync(TestContext.Current.CancellationToken);

    [Fact]
    public async Task Code_that_ends_without_an_error_succeeds_and_its_output_is_kept()
    {
        var run = await RunAsync("greeting = 'hello'", "print(greeting, 6 * 7)");

        Assert.Equal((DemoOutcome.Succeeded, "hello 42\n"), (run.Outcome, run.Output));
        Assert.True(run.Seconds > 0);
    }

    [Fact]
    public async Task It_finds_the_models_files_where_it_stands_and_in_the_cache_under_the_models_name()
    {
        var run = await RunAsync(
            """
            import json, os, pathlib
            print(open('data/words.txt').read())
            entry = pathlib.Path(os.environ['HF_HUB_CACHE'], 'models--acme--model')
            revision = (entry / 'refs' / 'main').read_text()
            print(json.load(open(entry / 'snapshots' / revision / 'config.json'))['model_type'])
            """);

        Assert.Equal("one two three\ntiny\n", run.Output);
    }

    [Theory]
    [InlineData("print(undefined)", "NameError")]
    [InlineData("raise SystemExit(3)", "it wrote nothing")]
    [InlineData("if True", "SyntaxError")]
    public async Task Code_that_ends_with_an_error_fails_and_says_with_which(string code, string reason)
    {
        var run = await RunAsync(code);

        Assert.Equal(DemoOutcome.Failed, run.Outcome);
        Assert.Contains(reason, run.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_block_before_the_last_may_fail() =>
        Assert.Equal(DemoOutcome.Succeeded, (await RunAsync("import a_library_that_is_nowhere", "print('still')")).Outcome);

    [Fact]
    public async Task A_library_that_is_not_there_leaves_the_demo_untried() =>
        Assert.Equal(DemoOutcome.NotTried, (await RunAsync("import a_library_that_is_nowhere")).Outcome);

    [Fact]
    public async Task A_model_beyond_the_limit_is_not_tried() =>
        Assert.Equal(DemoOutcome.NotTried, (await RunAsync(new ReproductionOptions { MaxModelBytes = 10 }, "print()")).Outcome);

    [Fact]
    public async Task It_is_ended_when_its_time_is_up()
    {
        var run = await RunAsync(new ReproductionOptions { TimeLimit = TimeSpan.FromSeconds(1) }, "import subprocess\nsubprocess.Popen(['sleep', '600'])\nwhile True: pass");

        Assert.Equal(DemoOutcome.Failed, run.Outcome);
        Assert.Contains("ended after", run.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bytearray(1 << 30)", "MemoryError")]
    [InlineData("open('/demo/files/config.json', 'w')", "OSError")]
    [InlineData("open('/usr/x', 'w')", "Error")]
    [InlineData("open('/etc/passwd')", "FileNotFoundError")]
    [InlineData("import os\nos.kill(os.getppid(), 9) if os.getppid() > 1 else 1 / 0", "Error")]
    public async Task It_reaches_neither_memory_beyond_its_limit_nor_the_system(string code, string reason)
    {
        var run = await RunAsync(new ReproductionOptions { MemoryLimit = 512L << 20 }, code);

        Assert.Equal(DemoOutcome.Failed, run.Outcome);
        Assert.Contains(reason, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_has_no_network_not_even_that_of_this_machine()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var run = await RunAsync($"import socket\nsocket.create_connection(('127.0.0.1', {((IPEndPoint)listener.LocalEndpoint).Port}), timeout=5)");

        Assert.Equal(DemoOutcome.Failed, run.Outcome);
        Assert.Contains("ConnectionRefusedError", run.Detail, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task It_sees_no_process_but_its_own()
    {
        var run = await RunAsync("import os\nprint(sorted(int(p) for p in os.listdir('/proc') if p.isdigit())[:3])");

        Assert.StartsWith("[1, 2", run.Output, StringComparison.Ordinal);
        Assert.True(run.Output.Length < 12, run.Output);
    }

    [Fact]
    public async Task Only_the_end_of_endless_output_is_kept()
    {
        var run = await RunAsync("for i in range(200000): print('line', i)");

        Assert.InRange(run.Output.Length, 1, DemoRun.MaxOutput);
        Assert.EndsWith("line 199999\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_the_run()
    {
        using var stop = new CancellationTokenSource();
        var files = await _registered.StoreAsync(Registered.Text("a", "a"));
        var run = Runner().RunAsync(["import time\ntime.sleep(600)"], [], files, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }
}
