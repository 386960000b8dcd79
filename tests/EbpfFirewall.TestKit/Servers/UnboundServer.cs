using System.Net;
using EbpfFirewall.TestKit.Commands;
using EbpfFirewall.TestKit.Lab;

namespace EbpfFirewall.TestKit.Servers;

internal static class UnboundServer
{
    internal static async Task<RunningCommand> StartAsync(NetworkNamespace where, string directory, LabHost host)
    {
        string zone = Path.Combine(directory, "unbound.zone");
        string configuration = Path.Combine(directory, "unbound.conf");
        await File.WriteAllLinesAsync(zone,
        [
            "test. 60 IN SOA ns.test. hostmaster.test. 1 3600 600 86400 60",
            "test. 60 IN NS ns.test.",
            $"ns.test. 60 IN A {host.V4}",
            .. LabZone.RecordsOf(host).Select(r => $"{r.Name}. 60 IN {r.Type} {Value(r)}"),
        ]);

        // "test." is a built-in empty zone (RFC 6761), so it has to be lifted first.
        await File.WriteAllTextAsync(configuration, $"""
            server:
              directory: "{directory}"
              chroot: ""
              username: ""
              pidfile: ""
              use-syslog: no
              do-daemonize: no
              num-threads: 1
              module-config: "iterator"
              interface: {host.V4}
              interface: {host.V6}
              access-control: 0.0.0.0/0 allow
              access-control: ::0/0 allow
              local-zone: "test." nodefault
            auth-zone:
              name: "test."
              zonefile: "{zone}"
              for-downstream: yes
              for-upstream: no
              fallback-enabled: no
            remote-control:
              control-enable: no

            """);

        return await ServerProcess.StartAsync(
            where,
            new Command("unbound", "-d", "-p", "-c", configuration),
            new IPEndPoint(IPAddress.Parse(host.V4), 53),
            new IPEndPoint(IPAddress.Parse(host.V6), 53));
    }

    private static string Value(ZoneRecord record) => record.Type switch
    {
        "CNAME" => record.Value + ".",
        "TXT" => $"\"{record.Value}\"",
        _ => record.Value,
    };
}
