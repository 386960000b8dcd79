using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;
using EbpfFirewall.Cli.SelfTest.Interop;
using EbpfFirewall.Native;

namespace EbpfFirewall.Cli.SelfTest.Lab;

/// <summary>
/// Two network namespaces without names, joined by a veth pair: this process's own, and the outside. They end with the process, whatever
/// happens to it.
/// </summary>
internal sealed class TestNetwork : IDisposable
{
    private const int NewNetwork = 0x40000000;

    private TestNetwork(NetworkNamespace outside) => Outside = outside;

    public NetworkNamespace Outside { get; }

    /// <summary>Starts a process in a new network namespace.</summary>
    public static Process StartInNew(ProcessStartInfo startInfo)
    {
        Process? process = null;
        ExceptionDispatchInfo? failure = null;

        // A child begins in the namespace of the thread that made it.
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                process = Process.Start(startInfo);
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return process!;
    }

    /// <summary>Makes the outside, and the link to it.</summary>
    public static TestNetwork Create()
    {
        NetworkNamespace outside = NewNamespace();
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{Descriptor(outside)}");
        Configure($"""
            link set lo up
            link add {Places.InsideLink} address {Places.InsideHardware} type veth peer name {Places.OutsideLink} address {Places.OutsideHardware} netns {path}
            addr add {Places.Inside4}/24 broadcast {Places.DirectedBroadcast} dev {Places.InsideLink}
            addr add {Places.Inside6}/64 dev {Places.InsideLink} nodad
            link set {Places.InsideLink} up
            neigh add {Places.Outside4} lladdr {Places.OutsideHardware} nud permanent dev {Places.InsideLink}
            neigh add {Places.Outside6} lladdr {Places.OutsideHardware} nud permanent dev {Places.InsideLink}
            neigh add {Places.LinkLocal6} lladdr {Places.OutsideHardware} nud permanent dev {Places.InsideLink}
            route add default via {Places.Outside4}
            route add ::/0 via {Places.Outside6}
            """);
        outside.Run(() =>
        {
            File.WriteAllText("/proc/sys/net/ipv4/conf/all/rp_filter", "0");
            File.WriteAllText("/proc/sys/net/ipv4/conf/default/rp_filter", "0");
            File.WriteAllText($"/proc/sys/net/ipv4/conf/{Places.OutsideLink}/rp_filter", "0");
            File.WriteAllText("/proc/sys/net/ipv6/ip_nonlocal_bind", "1");
            Configure($"""
                link set lo up
                addr add {Places.Outside4}/24 broadcast {Places.DirectedBroadcast} dev {Places.OutsideLink}
                addr add {Places.Outside6}/64 dev {Places.OutsideLink} nodad
                addr add {Places.LinkLocal6}/64 dev {Places.OutsideLink} nodad
                link set {Places.OutsideLink} up
                route add 192.0.2.0/24 dev {Places.OutsideLink} table local
                route add 2001:db8:1::/64 dev {Places.OutsideLink} table local
                route add fe80::/64 dev {Places.OutsideLink} table local
                route add local 0.0.0.0/0 dev lo
                route add local ::/0 dev lo
                """);
            return true;
        });
        return new TestNetwork(outside);
    }

    public void Dispose() => Outside.Dispose();

    private static NetworkNamespace NewNamespace()
    {
        NetworkNamespace? result = null;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                result = NetworkNamespace.Open("/proc/thread-self/ns/net");
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    private static void Enter()
    {
        long result = Linux.Do(Call.Unshare, NewNetwork);
        if (result < 0)
        {
            throw new Win32Exception((int)-result, $"no network namespace can be made: {Interop.Errno.Name((int)-result)}");
        }
    }

    // The namespace's own descriptor is nobody's business but the library's: found by what it points to.
    private static string Descriptor(NetworkNamespace outside)
    {
        string own = outside.Run(() => new FileInfo("/proc/thread-self/ns/net").LinkTarget!);
        return Path.GetFileName(Directory.EnumerateFiles("/proc/self/fd").First(path => new FileInfo(path).LinkTarget == own));
    }

    /// <summary>Runs ip(8) commands, one a line, in the calling thread's namespace.</summary>
    public static void Configure(string commands)
    {
        using Process ip = Process.Start(new ProcessStartInfo("ip", ["-batch", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        ip.StandardInput.Write(commands);
        ip.StandardInput.Close();
        string error = ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        if (ip.ExitCode != 0)
        {
            throw new InvalidOperationException($"the test network cannot be made, ip(8) says: {error.Trim()}");
        }
    }
}
