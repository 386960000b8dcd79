using System.Diagnostics;
using System.Net;

namespace EbpfFirewall.Tests.Support;

/// <summary>An address of this host that is neither loopback nor anybody else's (RFC 5737, RFC 3849).</summary>
internal sealed class LocalAddress : IDisposable
{
    internal LocalAddress(byte last)
        : this(new IPAddress([203, 0, 113, last]))
    {
    }

    internal LocalAddress(IPAddress address)
    {
        Address = address;
        Ip("replace");
    }

    internal IPAddress Address { get; }

    public void Dispose() => Ip("del");

    private void Ip(string verb)
    {
        using Process ip = Process.Start("ip", ["address", verb, $"{Address}/{Address.GetAddressBytes().Length * 8}", "dev", "lo"]);
        ip.WaitForExit();
        ip.ExitCode.Should().Be(0);
    }
}
