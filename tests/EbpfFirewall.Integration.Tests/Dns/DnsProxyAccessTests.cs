using EbpfFirewall.Integration.Tests.Infrastructure;

namespace EbpfFirewall.Integration.Tests.Dns;

/// <summary>The proxy of a sandbox serves that sandbox alone.</summary>
[Collection(LabCollection.Name)]
public sealed class DnsProxyAccessTests(LabFixture lab)
{
    [KernelFact]
    public async Task Nobody_outside_the_sandbox_gets_an_answer_from_its_proxy()
    {
        await using FirewalledCommand running = await StartIdleAsync();
        (string Transport, int Port)[] proxies = ProxyPorts();

        foreach ((string transport, int port) in proxies)
        {
            foreach (string address in new[] { "127.0.0.1", "::1" })
            {
                CommandResult result = await lab.RunOpenlyAsync(
                    "dig", $"@{address}", "-p", $"{port}", transport, "+time=1", "+tries=1", "allowed.test", "A");

                result.Output.Should().NotContain(World.Allowed.V4, "{0}", result).And.NotContain("status: NOERROR");
            }
        }

        proxies.Select(proxy => proxy.Transport).Should().Contain(["+tcp", "+notcp"]);
    }

    [KernelFact]
    public async Task The_proxy_of_another_sandbox_cannot_be_reached()
    {
        await using FirewalledCommand running = await StartIdleAsync();
        string script = string.Join('\n', ProxyPorts().Select(proxy =>
            $"dig @127.0.0.1 -p {proxy.Port} {proxy.Transport} +time=1 +tries=1 allowed.test A; dig @::1 -p {proxy.Port} {proxy.Transport} +time=1 +tries=1 allowed.test A"));

        FirewalledRun run = await lab.RunScriptAsync(Rules.Allow("extra.test"), script);

        run.Result.Output.Should().NotContain(World.Allowed.V4, "{0}", run).And.NotContain("status: NOERROR");
    }

    [KernelFact]
    public async Task The_proxy_listens_on_loopback_only()
    {
        await using FirewalledCommand running = await StartIdleAsync();

        foreach ((_, int port) in ProxyPorts())
        {
            CommandResult fromTheWorld = await CommandRunner.RunAsync(lab.Network.Outside.Enter(
                new Command("dig", $"@{World.Client.V4}", "-p", $"{port}", "+time=1", "+tries=1", "allowed.test", "A")));

            fromTheWorld.Output.Should().NotContain(World.Allowed.V4, "{0}", fromTheWorld).And.NotContain("status:");
        }
    }

    private async Task<FirewalledCommand> StartIdleAsync()
    {
        FirewalledCommand running = lab.Start(Rules.AllowedName, new Command("sh", "-c", "echo ready; exec sleep 60"));
        await running.Command.WaitForOutputAsync("ready");
        return running;
    }

    /// <summary>All that listens on the client side belongs to the sandbox that was just started.</summary>
    private (string Transport, int Port)[] ProxyPorts() =>
    [
        .. from listener in lab.Network.Client.Run(KernelInventory.Listeners)
           let parts = listener.Split(' ')
           select (parts[0].StartsWith("tcp", StringComparison.Ordinal) ? "+tcp" : "+notcp", int.Parse(parts[1])),
    ];
}
