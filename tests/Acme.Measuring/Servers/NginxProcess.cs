using System.ComponentModel;

namespace Acme.Measuring.Servers;

/// <summary>nginx with two workers and sendfile, serving one directory.</summary>
internal sealed class NginxProcess : IDisposable
{
    private readonly ChildProcess _process;

    private NginxProcess(ChildProcess process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public int Id => _process.Id;

    /// <summary>Starts it on a free port and returns once it accepts connections.</summary>
    /// <param name="directory">Existing directory; nginx's own files go there too.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="InvalidOperationException">nginx is not installed or did not start.</exception>
    public static async Task<NginxProcess> StartAsync(string directory, CancellationToken cancellationToken)
    {
        var port = LoopbackPort.Free();
        var configuration = Path.Combine(directory, "nginx.conf");
        // The master may run as root and the directory is only its owner's, so the workers keep the user.
        await File.WriteAllTextAsync(configuration, $$"""
            user {{Environment.UserName}};
            daemon off;
            worker_processes 2;
            pid {{directory}}/nginx.pid;
            error_log stderr warn;
            events { worker_connections 1024; }
            http {
                access_log off;
                sendfile on;
                tcp_nopush on;
                client_body_temp_path {{directory}}/nginx-body;
                proxy_temp_path {{directory}}/nginx-proxy;
                fastcgi_temp_path {{directory}}/nginx-fastcgi;
                uwsgi_temp_path {{directory}}/nginx-uwsgi;
                scgi_temp_path {{directory}}/nginx-scgi;
                server {
                    listen 127.0.0.1:{{port}};
                    root {{directory}};
                }
            }
            """, cancellationToken);

        ChildProcess process;
        try
        {
            process = new("nginx", ["-c", configuration, "-p", directory]);
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("nginx is not on the PATH. scripts/benchmark.sh installs it (Debian: nginx-light).", e);
        }
        try
        {
            await process.UntilAsync(LoopbackPort.AcceptsAsync(port, cancellationToken), cancellationToken);
            return new(process, new($"http://127.0.0.1:{port}"));
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    public void Dispose() => _process.Dispose();
}
