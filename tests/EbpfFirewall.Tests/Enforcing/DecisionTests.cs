using System.Diagnostics;
using System.Globalization;
using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;
using EbpfFirewall.Sandboxes;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>What an event says.</summary>
public sealed class DecisionTests
{
    private const string Elsewhere = "192.0.2.99";

    [KernelFact]
    public async Task A_blocked_connect_names_who_tried_what_and_why()
    {
        await using Lab lab = await StartAsync();
        const string Script = "exec 3<>/dev/tcp/192.0.2.99/443; echo $$ $PPID";
        DateTimeOffset before = DateTimeOffset.UtcNow;
        var startInfo = new ProcessStartInfo("/bin/bash", ["-c", Script, "a b", ""]) { UserName = "nobody" };

        Output output = await Output.OfAsync(lab.Sandbox, startInfo);

        DecisionEvent decision = (await lab.EndAsync()).Should().ContainSingle().Subject;
        decision.Time.Should().BeOnOrAfter(before.AddMilliseconds(-100)).And.BeOnOrBefore(DateTimeOffset.UtcNow.AddMilliseconds(100));
        decision.Sandbox.Should().Be("lab");
        decision.Mode.Should().Be(PolicyMode.AllowList);
        decision.Verdict.Should().Be(Verdict.Deny);
        decision.Blocked.Should().BeTrue();
        decision.Reason.Should().Be(DecisionReason.NotInAllowList);
        decision.Stage.Should().Be(DecisionStage.Connect);
        decision.Rule.Should().BeNull();
        decision.Attribution.Should().Be(Attribution.Caller);
        decision.Protocol.Should().Be(6);
        decision.Destination.Should().Be(new IPEndPoint(IPAddress.Parse(Elsewhere), 443));
        decision.Names.Should().BeEmpty();
        decision.Revision.Should().Be(lab.Firewall.Policy.Revision);
        decision.RepeatCount.Should().Be(1);
        decision.IsRepeat.Should().BeFalse();

        ProcessIdentity process = decision.Process;
        process.ProcessId.Should().Be(output.ProcessId);
        process.UserId.Should().Be(SandboxUser.Get("nobody").UserId);
        process.Name.Should().Be("bash");
        process.Executable.Should().Be(File.ResolveLinkTarget("/bin/bash", returnFinalTarget: true)?.FullName ?? Real("/bin/bash"));
        process.Arguments.Should().Equal("/bin/bash", "-c", Script, "a b", "");
        process.ArgumentsTruncated.Should().BeFalse();
        process.Parents.Select(parent => parent.ProcessId).Should().Equal(Ancestors(Environment.ProcessId).Take(8));
        process.Parents[0].Name.Should().Be(File.ReadAllText("/proc/self/comm").TrimEnd('\n'));
        Ticks(process.Parents[0].StartTime).Should().Be(ProcessStat.StartTicks(Environment.ProcessId));
    }

    [KernelFact]
    public async Task A_child_is_told_from_its_parent_and_a_new_program_from_the_one_before()
    {
        await using Lab lab = await StartAsync();
        const string Script = "(exec 3<>/dev/tcp/192.0.2.99/1); echo $BASHPID; exec bash -c 'exec 3<>/dev/tcp/192.0.2.99/2' second";

        Output output = await lab.RunAsync("/bin/bash", "-c", Script);

        DecisionEvent[] decisions = await lab.EndAsync();
        DecisionEvent child = decisions.Single(decision => decision.Destination!.Port == 1);
        DecisionEvent second = decisions.Single(decision => decision.Destination!.Port == 2);
        child.Process.ProcessId.Should().NotBe(output.ProcessId);
        child.Process.Parents[0].ProcessId.Should().Be(output.ProcessId);
        child.Process.Parents[0].Name.Should().Be("bash");
        second.Process.ProcessId.Should().Be(output.ProcessId);
        second.Process.Arguments.Should().EndWith("second");
    }

    [KernelFact]
    public async Task Arguments_that_are_too_long_are_cut_and_say_so()
    {
        await using Lab lab = await StartAsync();

        await lab.RunAsync("/bin/bash", "-c", "exec 3<>/dev/tcp/192.0.2.99/1", new string('x', 5000));

        ProcessIdentity process = (await lab.EndAsync()).Single().Process;
        process.ArgumentsTruncated.Should().BeTrue();
        process.Arguments[..3].Should().Equal("/bin/bash", "-c", "exec 3<>/dev/tcp/192.0.2.99/1");
        process.Arguments[3].Should().StartWith("xxxx");
    }

    [KernelTheory]
    [InlineData("tcp 6 ::ffff:192.0.2.99 443", Elsewhere, 6)]
    [InlineData("tcp 4 192.0.2.99 443", Elsewhere, 6)]
    [InlineData("tcp 6 2001:db8::99 443", "2001:db8::99", 6)]
    [InlineData("udp 6 ::ffff:192.0.2.99 443", Elsewhere, 17)]
    [InlineData("sendto 6 ::ffff:192.0.2.99 443", Elsewhere, 17)]
    [InlineData("sendto 4 192.0.2.99 443", Elsewhere, 17)]
    [InlineData("sendto 6 2001:db8::99 443", "2001:db8::99", 17)]
    public async Task A_destination_is_reported_as_what_it_is(string step, string address, byte protocol)
    {
        await using Lab lab = await StartAsync();

        string[] results = await lab.ProbeAsync(step);

        results.Should().Equal("EPERM");
        DecisionEvent decision = (await lab.EndAsync()).Should().ContainSingle().Subject;
        decision.Destination.Should().Be(new IPEndPoint(IPAddress.Parse(address), 443));
        decision.Protocol.Should().Be(protocol);
        decision.Stage.Should().Be(DecisionStage.Connect);
        decision.Attribution.Should().Be(Attribution.Caller);
    }

    [KernelTheory]
    [InlineData("socket 2 2 136", 2, 136)] // UDP-Lite
    [InlineData("socket 10 2 136", 10, 136)]
    public async Task A_socket_that_is_neither_tcp_nor_udp_is_refused_with_its_family_and_type(string step, ushort family, byte protocol)
    {
        await using Lab lab = await StartAsync();

        string[] results = await lab.ProbeAsync(step);

        results.Should().Equal("EPERM");
        DecisionEvent decision = (await lab.EndAsync()).Should().ContainSingle().Subject;
        decision.Reason.Should().Be(DecisionReason.SocketType);
        decision.Stage.Should().Be(DecisionStage.Socket);
        decision.SocketFamily.Should().Be(family);
        decision.SocketType.Should().Be(2);
        decision.Protocol.Should().Be(protocol);
        decision.Destination.Should().BeNull();
    }

    [KernelFact]
    public async Task Raw_sockets_are_refused()
    {
        await using Lab lab = await StartAsync();

        string[] results = await lab.ProbeAsync("socket 2 3 1", "socket 2 3 17", "socket 10 3 58", "socket 2 3 255");

        results.Should().AllBe("EPERM");
    }

    [KernelFact]
    public async Task Repeats_are_told_once_at_the_end_with_their_number()
    {
        await using Lab lab = await StartAsync();

        await lab.ProbeAsync([.. Enumerable.Repeat("tcp 4 192.0.2.99 80", 6), "tcp 4 192.0.2.99 81"]);

        DecisionEvent[] decisions = await lab.EndAsync();
        decisions.Select(decision => (decision.Destination!.Port, decision.RepeatCount, decision.IsRepeat)).Should().Equal(
            (80, 1, false), (81, 1, false), (80, 5, true));
        decisions[2].Process.Should().Be(decisions[0].Process);
    }

    [KernelFact]
    public async Task Allowed_decisions_are_told_only_when_asked_for()
    {
        using Peer peer = Peer.Open("127.0.0.5");
        string rule = $"127.0.0.5:{peer.Port}";
        await using Lab quiet = await Lab.StartAsync(builder => builder.Allow(rule));
        await using Lab talking = await Lab.StartAsync(builder => builder.Allow(rule).ReportAllowed());

        (await quiet.ProbeAsync($"tcp 4 127.0.0.5 {peer.Port}")).Should().Equal("ok");
        (await talking.ProbeAsync($"tcp 4 127.0.0.5 {peer.Port}")).Should().Equal("ok");

        (await quiet.EndAsync()).Should().BeEmpty();
        DecisionEvent decision = (await talking.EndAsync()).Should().ContainSingle().Subject;
        decision.Verdict.Should().Be(Verdict.Allow);
        decision.Blocked.Should().BeFalse();
        decision.Reason.Should().Be(DecisionReason.AllowedByRule);
        decision.Rule!.Text.Should().Be(rule);
    }

    [KernelFact]
    public async Task A_denied_name_is_told_with_the_process_that_asked()
    {
        await using Lab lab = await StartAsync();

        Output output = await lab.RunAsync("dig", "@192.0.2.53", "+tries=1", "+short", "denied.test", "AAAA");

        output.ExitCode.Should().Be(0, output.Error);
        DecisionEvent decision = (await lab.EndAsync()).Should().ContainSingle().Subject;
        decision.Stage.Should().Be(DecisionStage.Dns);
        decision.Reason.Should().Be(DecisionReason.NotInAllowList);
        decision.Names.Should().Equal("denied.test");
        decision.QueryType.Should().Be(28);
        decision.Destination.Should().Be(new IPEndPoint(IPAddress.Parse("192.0.2.53"), 53));
        decision.Process.ProcessId.Should().Be(output.ProcessId);
        decision.Process.Arguments.Should().Equal("dig", "@192.0.2.53", "+tries=1", "+short", "denied.test", "AAAA");
        decision.Attribution.Should().Be(Attribution.Caller);
    }

    [KernelFact]
    public async Task A_redirect_is_told_with_where_it_went_when_asked_for()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow("192.0.2.1").ReportAllowed());

        await lab.RunAsync("dig", "@192.0.2.53", "+tries=1", "+short", "denied.test");

        DecisionEvent redirect = (await lab.EndAsync()).First(decision => decision.Reason == DecisionReason.DnsRedirect);
        redirect.Verdict.Should().Be(Verdict.Allow);
        redirect.Destination.Should().Be(new IPEndPoint(IPAddress.Parse("192.0.2.53"), 53));
        redirect.RedirectedTo!.Address.Should().Be(IPAddress.Loopback);
    }

    [KernelFact]
    public async Task A_reader_gets_what_is_decided_from_its_call_on()
    {
        await using Lab lab = await StartAsync();
        await lab.ProbeAsync("tcp 4 192.0.2.99 1");
        await lab.Sandbox.DisposeAsync();
        await using ISandbox second = await lab.Firewall.CreateSandboxAsync("second", Lab.AsOurselves);
        IAsyncEnumerable<DecisionEvent> reader = lab.Firewall.ReadDecisionsAsync();

        await Probe.RunAsync(second, "tcp 4 192.0.2.99 2");
        await lab.Firewall.DisposeAsync();

        var read = new List<(string, int)>();
        await foreach (DecisionEvent decision in reader)
        {
            read.Add((decision.Sandbox, decision.Destination!.Port));
        }

        read.Should().Equal(("second", 2));
    }

    private static Task<Lab> StartAsync() => Lab.StartAsync(builder => builder.Allow("192.0.2.1"));

    private static string Real(string path) => Shell.Output($"readlink -f {path}");

    private static ulong Ticks(TimeSpan sinceBoot) => (ulong)(sinceBoot.Ticks / (TimeSpan.TicksPerSecond / 100));

    private static IEnumerable<int> Ancestors(int process)
    {
        while (process != 0)
        {
            yield return process;
            string stat = File.ReadAllText($"/proc/{process}/stat");
            process = int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
    }
}
