using System.Diagnostics;
using EbpfFirewall.Decisions;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Inbound;

/// <summary>Nobody outside reaches a sandbox, unless that is asked for.</summary>
public sealed class InboundTests
{
    private const string Serve =
        "import socket,sys; s=socket.create_server(('0.0.0.0',0)); print(s.getsockname()[1],flush=True); s.settimeout(20)\n"
        + "c,a=s.accept(); c.settimeout(20); print(c.recv(9).decode(),flush=True); c.sendall(b'back'); c.recv(1)";

    private const string Receive =
        "import socket; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.bind(('0.0.0.0',0)); print(s.getsockname()[1],flush=True); s.settimeout(20)\n"
        + "d,a=s.recvfrom(9); print(d.decode(),flush=True)";

    [KernelTheory]
    [InlineData("OUTSIDE")]
    [InlineData("192.0.2.1")]
    [InlineData("-192.0.2.1")]
    public async Task Connections_from_outside_are_not_taken(string rule)
    {
        await using OutsideLab outside = await OutsideLab.StartAsync();
        await using Lab lab = await StartAsync(rule, outside, inbound: false);
        using Process server = OutsideLab.Start(lab.Sandbox, Serve);
        string port = (await server.StandardOutput.ReadLineAsync())!;

        string result = await outside.RunAsync(Connect(outside, port, 1));

        result.Should().Be("timed out");
        DecisionEvent decision = (await lab.EndAsync()).Should().ContainSingle(decision => !decision.IsRepeat).Subject;
        (decision.Reason, decision.Blocked, $"{decision.Destination!.Address}").Should().Be((DecisionReason.Inbound, true, outside.Address));
    }

    [KernelTheory]
    [InlineData("OUTSIDE")]
    [InlineData("192.0.2.1")]
    [InlineData("-192.0.2.1")]
    public async Task Connections_from_outside_are_taken_where_that_is_asked_for(string rule)
    {
        await using OutsideLab outside = await OutsideLab.StartAsync();
        await using Lab lab = await StartAsync(rule, outside, inbound: true);
        using Process server = OutsideLab.Start(lab.Sandbox, Serve);
        string port = (await server.StandardOutput.ReadLineAsync())!;

        string result = await outside.RunAsync(Connect(outside, port, 20));

        result.Should().Be("back");
        (await server.StandardOutput.ReadLineAsync()).Should().Be("hello");
    }

    [KernelFact]
    public async Task A_denied_address_stays_denied_when_it_connects()
    {
        await using OutsideLab outside = await OutsideLab.StartAsync();
        await using Lab lab = await StartAsync("-OUTSIDE", outside, inbound: true);
        using Process server = OutsideLab.Start(lab.Sandbox, Serve);
        string port = (await server.StandardOutput.ReadLineAsync())!;

        (await outside.RunAsync(Connect(outside, port, 1))).Should().Be("timed out");
    }

    [KernelFact]
    public async Task What_was_accepted_does_not_open_the_way_back()
    {
        await using OutsideLab outside = await OutsideLab.StartAsync();
        await using Lab lab = await StartAsync("192.0.2.1", outside, inbound: true);
        using Process server = OutsideLab.Start(lab.Sandbox, Serve);
        string port = (await server.StandardOutput.ReadLineAsync())!;
        await outside.RunAsync(Connect(outside, port, 20));

        string[] results = await lab.ProbeAsync($"try 4 {outside.Address} {port}", $"sendto 4 {outside.Address} {port}");

        results.Should().Equal("EPERM", "EPERM");
    }

    [KernelFact]
    public async Task Datagrams_from_where_nothing_may_be_sent_do_not_arrive()
    {
        await using OutsideLab outside = await OutsideLab.StartAsync();
        await using Lab lab = await StartAsync("192.0.2.1", outside, inbound: false);
        using Process server = OutsideLab.Start(lab.Sandbox, Receive);
        string port = (await server.StandardOutput.ReadLineAsync())!;

        await outside.RunAsync(Send(outside, port));

        DecisionEvent decision = (await lab.EndAsync()).Should().ContainSingle().Subject;
        (decision.Reason, decision.Protocol, $"{decision.Destination!.Address}", decision.Process.ProcessId)
            .Should().Be((DecisionReason.Inbound, (byte)17, outside.Address, server.Id));
        (await server.StandardOutput.ReadLineAsync()).Should().BeNull();
    }

    [KernelFact]
    public async Task Datagrams_arrive_where_that_is_asked_for()
    {
        await using OutsideLab outside = await OutsideLab.StartAsync();
        await using Lab lab = await StartAsync("192.0.2.1", outside, inbound: true);
        using Process server = OutsideLab.Start(lab.Sandbox, Receive);
        string port = (await server.StandardOutput.ReadLineAsync())!;

        await outside.RunAsync(Send(outside, port));

        (await server.StandardOutput.ReadLineAsync()).Should().Be("hello");
    }

    [KernelFact]
    public async Task Answers_to_what_was_sent_arrive()
    {
        await using OutsideLab outside = await OutsideLab.StartAsync();
        await using Lab lab = await StartAsync("OUTSIDE", outside, inbound: false);
        const string Ask =
            "import socket,sys; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.settimeout(0.1); h=sys.stdin.readline().strip()\n"
            + "for i in range(200):\n s.sendto(b'ask',(h,7777))\n try:\n  print(s.recv(9).decode(),flush=True); break\n except TimeoutError: pass";
        using Process client = OutsideLab.Start(lab.Sandbox, Ask);
        await client.StandardInput.WriteLineAsync(outside.Address);
        await client.StandardInput.FlushAsync();

        await outside.RunAsync(
            $"import socket; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.settimeout(20); s.bind(('{outside.Address}',7777)); d,a=s.recvfrom(9); s.sendto(d,a)");

        (await client.StandardOutput.ReadLineAsync()).Should().Be("ask");
    }

    private static Task<Lab> StartAsync(string rule, OutsideLab outside, bool inbound) => Lab.StartAsync(builder => builder.ConfigurePolicy(policy =>
    {
        string text = rule.TrimStart('-').Replace("OUTSIDE", outside.Address, StringComparison.Ordinal);
        _ = rule[0] == '-' ? policy.Deny(text) : policy.Allow(text);
        policy.AllowInbound(inbound);
    }));

    private static string Connect(OutsideLab outside, string port, int seconds) =>
        "import socket\ntry:\n s=socket.create_connection(('" + outside.OwnAddress + $"',{port}),timeout={seconds})\n s.sendall(b'hello')\n print(s.recv(9).decode())\n"
        + "except OSError as e:\n print(e)";

    private static string Send(OutsideLab outside, string port) =>
        $"import socket; s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.sendto(b'hello',('{outside.OwnAddress}',{port}))";
}
