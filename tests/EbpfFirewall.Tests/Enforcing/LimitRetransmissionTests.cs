using System.Globalization;
using EbpfFirewall.Decisions;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>Limits on a link that loses packets: what is sent again counts once.</summary>
public sealed class LimitRetransmissionTests : IDisposable
{
    private const int Bytes = 2_000_000;
    private const string Here = "198.18.56.1";
    private const string There = "198.18.56.2";
    private static readonly string Name = string.Create(CultureInfo.InvariantCulture, $"efwl{Environment.ProcessId % 100_000}");

    [KernelFact]
    public async Task What_is_sent_again_counts_once()
    {
        Shell.Output($$"""
            ip netns add {{Name}}
            ip link add {{Name}}a type veth peer name {{Name}}b netns {{Name}}
            ip address add {{Here}}/24 dev {{Name}}a
            ip link set {{Name}}a up
            ip -n {{Name}} address add {{There}}/24 dev {{Name}}b
            ip -n {{Name}} link set {{Name}}b up
            ip netns exec {{Name}} nft add table inet lossy
            ip netns exec {{Name}} nft add chain inet lossy input '{ type filter hook input priority 0; }'
            ip netns exec {{Name}} nft add rule inet lossy input tcp dport 1-65535 meta length gt 100 numgen random mod 100 lt 10 drop
            """);
        using ProbeSession server = await ProbeSession.StartAsync(startInfo =>
        {
            startInfo.ArgumentList.Insert(0, startInfo.FileName);
            startInfo.ArgumentList.Insert(0, $"--net=/run/netns/{Name}");
            startInfo.FileName = "nsenter";
            return System.Diagnostics.Process.Start(startInfo)!;
        });
        string port = await server.DoAsync("listen");
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow($"{There} bytes={Bytes}"));

        Task<string> received = server.DoAsync("drain");
        string[] results = await lab.ProbeAsync($"pour 4 {There} {port} {Bytes}");

        results.Should().Equal("ok");
        (await received).Should().Be(Bytes.ToString(CultureInfo.InvariantCulture));
        lab.Sandbox.ReadLimits().Single().Used.Should().Be(Bytes);
        int.Parse(Shell.Output($"ip netns exec {Name} nstat -asz TcpExtTCPOFOQueue | awk '/OFOQueue/ {{ print $2 }}'"), CultureInfo.InvariantCulture)
            .Should().BePositive("packets were lost");
        (await lab.EndAsync()).Should().NotContain(decision => decision.Verdict == Verdict.Deny);
    }

    public void Dispose() => Shell.Output($"ip netns del {Name} 2>/dev/null || true; ip link del {Name}a 2>/dev/null || true");
}
