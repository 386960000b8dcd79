using System.Diagnostics;

namespace EbpfFirewall.Tests.Support;

/// <summary>A network namespace whose sockets have hardly any memory for what is attached to them, socket(7): optmem_max.</summary>
internal sealed class TightNetwork : IDisposable
{
    private readonly string _name = $"efw-tight-{Guid.NewGuid():N}"[..15];

    internal TightNetwork(int optionBytes) =>
        Shell.Output($"ip netns add {_name} && ip -n {_name} link set lo up && ip netns exec {_name} sysctl -qw net.core.optmem_max={optionBytes}");

    /// <summary>Starts a command in it, outside any sandbox.</summary>
    internal Process Start(ProcessStartInfo startInfo)
    {
        var inside = new ProcessStartInfo("ip", ["netns", "exec", _name, startInfo.FileName, .. startInfo.ArgumentList])
        {
            RedirectStandardInput = startInfo.RedirectStandardInput,
            RedirectStandardOutput = startInfo.RedirectStandardOutput,
        };
        return Process.Start(inside)!;
    }

    public void Dispose() => Shell.Output($"ip netns del {_name}");
}
