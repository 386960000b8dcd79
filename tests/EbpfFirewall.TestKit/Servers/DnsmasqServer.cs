using System.Net;
using EbpfFirewall.TestKit.Commands;
using EbpfFirewall.TestKit.Lab;

namespace EbpfFirewall.TestKit.Servers;

internal static class DnsmasqServer
{
    internal static async Task<RunningCommand> StartAsync(NetworkNamespace where, string directory, LabHost host)
    {
        var records = LabZone.RecordsOf(host);
        string hosts = Path.Combine(directory, "dnsmasq.hosts");
        string configuration = Path.Combine(directory, "dnsmasq.conf");
        await File.WriteAllLinesAsync(hosts, records.Where(r => r.Type is "A" or "AAAA").Select(r => $"{r.Value} {r.Name}"));
        await File.WriteAllLinesAsync(configuration,
        [
            "keep-in-foreground",
            "user=root",
            "pid-file",
            "no-resolv",
            "no-hosts",
            "no-negcache",
            "local=/test/",
            $"addn-hosts={hosts}",
            "bind-interfaces",
            $"listen-address={host.V4},{host.V6}",
            "edns-packet-max=1232",
            .. records.Where(r => r.Type == "CNAME").Select(r => $"cname={r.Name},{r.Value}"),
            .. records.Where(r => r.Type == "TXT").Select(r => $"txt-record={r.Name},{r.Value}"),
        ]);

        return await ServerProcess.StartAsync(
            where,
            new Command("dnsmasq", $"--conf-file={configuration}"),
            new IPEndPoint(IPAddress.Parse(host.V4), 53),
            new IPEndPoint(IPAddress.Parse(host.V6), 53));
    }
}
