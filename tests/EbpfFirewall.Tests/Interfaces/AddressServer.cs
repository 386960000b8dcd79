using System.Diagnostics;

namespace EbpfFirewall.Tests.Interfaces;

/// <summary>dnsmasq in the host, which gives out one IPv4 address by DHCP and advertises an IPv6 prefix.</summary>
internal sealed class AddressServer : IDisposable
{
    private readonly Process _process;

    private AddressServer(Process process) => _process = process;

    internal static async Task<AddressServer> StartAsync(InterfaceLab lab, string device)
    {
        ProcessStartInfo startInfo = new("dnsmasq",
        [
            "--no-daemon", "--user=root", "--conf-file=/dev/null", "--port=0", "--pid-file=", "--leasefile-ro", "--log-dhcp", $"--interface={device}",
            "--bind-dynamic", "--dhcp-range=10.77.0.100,10.77.0.100", "--dhcp-authoritative", "--enable-ra", "--dhcp-range=fd00:77::,ra-only", "--ra-param=*,5",
        ])
        {
            RedirectStandardError = true,
        };
        Process process = InterfaceLab.StartIn(lab.Host, startInfo);
        var server = new AddressServer(process);
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                started.TrySetException(new InvalidOperationException("dnsmasq ended."));
            }
            else if (line.Data.Contains("IPv6 router advertisement enabled", StringComparison.Ordinal))
            {
                started.TrySetResult();
            }
        };
        process.BeginErrorReadLine();
        await started.Task;
        return server;
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
