using System.Net;
using EbpfFirewall.TestKit.Commands;
using EbpfFirewall.TestKit.Lab;

namespace EbpfFirewall.TestKit.Servers;

/// <summary>HTTP and HTTPS on every host of the world; the answer says which address and name were asked for.</summary>
internal static class NginxServer
{
    internal static async Task<RunningCommand> StartAsync(NetworkNamespace where, string directory, CertificateAuthority authority)
    {
        string configuration = Path.Combine(directory, "nginx.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            daemon off;
            master_process off;
            pid {{directory}}/nginx.pid;
            error_log {{directory}}/nginx.error;
            events { worker_connections 4096; }
            http {
              access_log off;
              client_body_temp_path {{directory}}/nginx-body;
              proxy_temp_path {{directory}}/nginx-proxy;
              fastcgi_temp_path {{directory}}/nginx-fastcgi;
              uwsgi_temp_path {{directory}}/nginx-uwsgi;
              scgi_temp_path {{directory}}/nginx-scgi;
              server {
                listen 80;
                listen [::]:80;
                listen 443 ssl;
                listen [::]:443 ssl;
                ssl_certificate {{authority.CertificatePath}};
                ssl_certificate_key {{authority.KeyPath}};
                location / {
                  default_type text/plain;
                  return 200 "reached $server_addr as $host over $scheme\n";
                }
              }
            }

            """);

        return await ServerProcess.StartAsync(
            where,
            new Command("nginx", "-p", directory, "-c", configuration, "-e", Path.Combine(directory, "nginx.error")),
            new IPEndPoint(IPAddress.Loopback, 443),
            new IPEndPoint(IPAddress.IPv6Loopback, 80));
    }
}
