namespace Acme.Storage.Engines;

/// <summary>
/// A real S3: Ceph's RADOS gateway over one monitor and one object store daemon, all on loopback and with their data in memory and a
/// temporary directory, or all in the directory. It takes about 12 s to come up; share one per test run. It ends with the process that
/// started it, however that ends.
/// </summary>
public sealed class RadosGateway : IAsyncDisposable
{
    private const string StoreInMemory = """
        osd objectstore = memstore
        memstore device bytes = 17179869184
        """;

    // In a sparse file, with a small cache.
    private const string StoreOnDisk = """
        osd objectstore = bluestore
        bluestore block create = true
        bluestore block size = 42949672960
        osd memory target = 939524096
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("acme-rgw-");
    private readonly EngineGuardian _guardian;
    private readonly int _port;
    private readonly bool _isOnDisk;
    private readonly int _monitorPort = EngineProcess.FreePort();
    private EngineProcess? _monitor, _store, _gateway;

    private RadosGateway(int port, bool isOnDisk) => (_port, _isOnDisk, _guardian) = (port, isOnDisk, new(_directory.FullName));

    /// <summary>Why it cannot run here, or nothing.</summary>
    public static string? MissingPrerequisite =>
        !OperatingSystem.IsLinux() ? "The RADOS gateway runs on Linux only."
        : new[] { "radosgw", "radosgw-admin", "ceph", "ceph-mon", "ceph-osd", "monmaptool" }.FirstOrDefault(p => !EngineProcess.IsInstalled(p)) is { } program ? $"'{program}' is not installed; scripts/test.sh installs it."
        : null;

    /// <summary>Where it listens.</summary>
    public Uri Address => new($"http://127.0.0.1:{_port}");

    /// <summary>The key id of the only user.</summary>
    public static string AccessKey => "acme";

    /// <summary>The key of the only user.</summary>
    public static string SecretKey => "acme-secret";

    private string Configuration => Path.Combine(_directory.FullName, "ceph.conf");

    /// <summary>Starts one, empty.</summary>
    /// <param name="port">Where it listens; null for a free port.</param>
    /// <param name="isOnDisk">Whether objects are kept on disk, where they outlive the object store daemon, rather than in memory.</param>
    public static async Task<RadosGateway> StartAsync(int? port = null, bool isOnDisk = false)
    {
        if (MissingPrerequisite is { } missing) throw new InvalidOperationException(missing);
        var gateway = new RadosGateway(port ?? EngineProcess.FreePort(), isOnDisk);
        try
        {
            await gateway.StartClusterAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills the gateway; what was stored stays.</summary>
    public void Stop()
    {
        _gateway?.Dispose();
        _gateway = null;
    }

    /// <summary>Starts the gateway again, at the same address.</summary>
    public async Task RestartAsync()
    {
        Stop();
        _gateway = EngineProcess.Start("radosgw", "--foreground", "-n", "client.rgw", "-c", Configuration);
        await _gateway.WaitForPortAsync(_port);
    }

    /// <summary>Kills the object store daemon; what it had answered for stays. The gateway waits for it to come back.</summary>
    /// <exception cref="InvalidOperationException">It keeps its objects in memory.</exception>
    public void StopStore()
    {
        if (!_isOnDisk) throw new InvalidOperationException("The objects are in memory and would be lost.");
        _store?.Dispose();
        _store = null;
    }

    /// <summary>Starts the object store daemon again.</summary>
    public void RestartStore()
    {
        if (_store is not null) StopStore();
        _store = EngineProcess.Start("ceph-osd", "--foreground", "-i", "0", "-c", Configuration);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Stop();
        _store?.Dispose();
        _monitor?.Dispose();
        return _guardian.DisposeAsync();
    }

    private async Task StartClusterAsync()
    {
        var id = Guid.NewGuid().ToString();
        foreach (var name in new[] { "mon", "osd", "rgw", "run" }) _directory.CreateSubdirectory(name);
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "keyring"), "");
        await File.WriteAllTextAsync(Configuration, ConfigurationText(id));
        var map = Path.Combine(_directory.FullName, "monmap");
        await EngineProcess.RunAsync("monmaptool", "--create", "--fsid", id, "--addv", "a", $"[v2:127.0.0.1:{_monitorPort}]", map);
        await EngineProcess.RunAsync("ceph-mon", "--mkfs", "-i", "a", "--monmap", map, "-c", Configuration);
        _monitor = EngineProcess.Start("ceph-mon", "--foreground", "-i", "a", "-c", Configuration);

        // The monitor lets in only the daemon that was announced under its id.
        await EngineProcess.RunAsync("ceph", "-c", Configuration, "--connect-timeout", "60", "osd", "new", id);
        await EngineProcess.RunAsync("ceph-osd", "--mkfs", "-i", "0", "--osd-uuid", id, "-c", Configuration);
        RestartStore();
        await RestartAsync();
        await EngineProcess.RunAsync(
            "radosgw-admin", "-n", "client.rgw", "-c", Configuration, "user", "create", "--uid", "acme", "--display-name", "acme",
            "--max-buckets", "0", "--access-key", AccessKey, "--secret-key", SecretKey);
    }

    // Without authentication among the daemons their connections cannot be encrypted: hence "crc". One placement group per pool and no
    // replica keep one daemon content.
    private string ConfigurationText(string id) => $"""
        [global]
        fsid = {id}
        mon host = v2:127.0.0.1:{_monitorPort}
        mon initial members = a
        public addr = 127.0.0.1
        cluster addr = 127.0.0.1
        auth cluster required = none
        auth service required = none
        auth client required = none
        ms bind ipv6 = false
        ms cluster mode = crc
        ms service mode = crc
        ms client mode = crc
        ms mon cluster mode = crc
        ms mon service mode = crc
        ms mon client mode = crc
        keyring = {_directory.FullName}/keyring
        run dir = {_directory.FullName}/run
        admin socket =
        log file = {_directory.FullName}/$name.log
        mon cluster log file = {_directory.FullName}/cluster.log
        pid file = {_directory.FullName}/run/$name.pid
        mon data = {_directory.FullName}/mon
        mon allow pool size one = true
        osd data = {_directory.FullName}/osd
        {(_isOnDisk ? StoreOnDisk : StoreInMemory)}
        osd pool default size = 1
        osd pool default min size = 1
        osd pool default pg num = 1
        osd pool default pgp num = 1
        osd crush chooseleaf type = 0
        rgw data = {_directory.FullName}/rgw
        rgw frontends = beast endpoint=127.0.0.1:{_port}

        """;
}
