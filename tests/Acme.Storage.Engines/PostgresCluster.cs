using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Acme.Storage.Engines;

/// <summary>
/// A PostgreSQL cluster of its own in a temporary directory, listening on a free port of 127.0.0.1. It ends with the process that started it,
/// however that ends.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private const string User = "postgres";
    private const string Password = "test & 'quoted'";

    private static readonly Lazy<Task<PostgresCluster>> ForAll = new(() => StartAsync());

    private readonly string _directory;
    private readonly EngineGuardian _guardian;

    private PostgresCluster(string directory, int port, EngineGuardian guardian) => (_directory, Port, _guardian) = (directory, port, guardian);

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    /// <summary>Whether PostgreSQL is installed here.</summary>
    public static bool IsAvailable => Programs is not null;

    /// <summary>One for all tests of the process that leave it running; made when it is first asked for, gone with the process.</summary>
    public static Task<PostgresCluster> SharedAsync() => ForAll.Value;

    /// <summary>Makes a cluster and starts it.</summary>
    /// <param name="port">Where it listens; null for a free port.</param>
    /// <param name="settings">More settings of the server, such as <c>shared_buffers=1GB</c>.</param>
    public static async Task<PostgresCluster> StartAsync(int? port = null, params string[] settings)
    {
        var directory = Directory.CreateTempSubdirectory("acme-postgres-").FullName;
        var cluster = new PostgresCluster(directory, port ?? FreePort(), StartGuardian(directory));
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory, "password"), Password);
            // The server refuses to run as root; Debian's package made the user.
            if (Environment.IsPrivilegedProcess) await RunAsync("chown", "-R", User, directory);
            await RunAsServerAsync(
                "initdb", "--pgdata", cluster.Data, "--username", User, "--pwfile", Path.Combine(directory, "password"), "--auth", "scram-sha-256",
                "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync");
            string[] all =
            [
                $"port={cluster.Port}", "listen_addresses='127.0.0.1'", $"unix_socket_directories='{directory}'", "max_connections=300",
                // What a test kills is a process, and the system's memory outlives that. Nothing here outlives a power cut.
                "fsync=off", "full_page_writes=off", "shared_preload_libraries='pg_stat_statements'", "pg_stat_statements.track=top", .. settings,
            ];
            // The directory is the other user's now, the file in it not necessarily.
            var file = Path.Combine(cluster.Data, "postgresql.auto.conf");
            await File.WriteAllTextAsync(file, string.Join('\n', all));
            await cluster.StartServerAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server again, after <see cref="StopServerAsync"/>, on the same port.</summary>
    public Task StartServerAsync() => RunAsServerAsync("pg_ctl", "start", "--wait", "--pgdata", Data, "--log", Path.Combine(_directory, "log"));

    /// <summary>Stops the server: <c>fast</c> ends all connections in good order, <c>immediate</c> is a crash.</summary>
    public Task StopServerAsync(string mode = "fast") => RunAsServerAsync("pg_ctl", "stop", "--wait", "--pgdata", Data, "--mode", mode);

    /// <summary>Kills the server's first process with SIGKILL; those that it started notice and end.</summary>
    public async Task KillServerAsync()
    {
        var id = int.Parse((await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0]);
        using var server = Process.GetProcessById(id);
        server.Kill();
        await server.WaitForExitAsync();
    }

    /// <summary>Starts the server again, after <see cref="KillServerAsync"/>, as soon as nothing of the dead one holds its memory.</summary>
    public async Task RecoverServerAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await StartServerAsync();
                return;
            }
            catch (InvalidOperationException) when (attempt < 100)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>A connection string for a database.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        Username = User,
        Password = Password,
        // Tests open many databases, each for a short time.
        MinPoolSize = 0,
        ConnectionIdleLifetime = 10,
    }.ConnectionString;

    /// <summary>Makes an empty database; returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string? name = null)
    {
        name ??= $"test_{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    /// <summary>Removes a database, with whoever is still connected to it.</summary>
    public Task DropDatabaseAsync(string connectionString) =>
        ExecuteAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");

    /// <summary>Runs a statement as the administrator, in the database <c>postgres</c> unless another is named.</summary>
    public async Task<object?> ExecuteAsync(string sql, string database = "postgres")
    {
        await using var connection = new NpgsqlConnection($"{ConnectionString(database)};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Everything in a database, as SQL.</summary>
    public async Task<string> DumpAsync(string connectionString)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString).Database!;
        Environment.SetEnvironmentVariable("PGPASSWORD", Password);
        return await RunAsync(Path.Combine(Programs!, "pg_dump"), "--host", "127.0.0.1", "--port", $"{Port}", "--username", User, database);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _guardian.DisposeAsync();

    private string Data => Path.Combine(_directory, "data");

    // Debian keeps each version in a directory of its own, which is not on the PATH.
    private static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "pg_ctl"))).Order().LastOrDefault()
        : null;

    private static EngineGuardian StartGuardian(string directory)
    {
        if (Programs is null) throw new InvalidOperationException("PostgreSQL is not installed: apt-get install postgresql.");
        var server = Environment.IsPrivilegedProcess ? $"runuser -u {User} -- " : "";
        return new(directory, $"{server}{Programs}/pg_ctl stop --pgdata \"$GUARDED/data\" --mode immediate --silent");
    }

    private static async Task RunAsServerAsync(string program, params string[] arguments)
    {
        string[] command = [Path.Combine(Programs!, program), .. arguments];
        await (Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", User, "--", .. command]) : RunAsync(command[0], command[1..]));
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        // Through a file: the server, which pg_ctl leaves running, would hold a pipe open.
        var output = Path.GetTempFileName();
        try
        {
            var quoted = string.Join(' ', arguments.Prepend(program).Select(a => $"'{a.Replace("'", @"'\''")}'"));
            using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec {quoted} >'{output}' 2>&1 </dev/null"]) { WorkingDirectory = "/" })!;
            await process.WaitForExitAsync();
            var said = await File.ReadAllTextAsync(output);
            return process.ExitCode == 0 ? said : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {said}");
        }
        finally
        {
            File.Delete(output);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
