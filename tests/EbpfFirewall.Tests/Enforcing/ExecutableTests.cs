using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>Rules for one program, by real processes.</summary>
public sealed class ExecutableTests : IDisposable
{
    private const string Address = "127.1.0.1";
    private readonly Programs _programs = new();
    private readonly Peer _peer = Peer.Open("0.0.0.0");
    private readonly string _git;
    private readonly string _other;

    public ExecutableTests()
    {
        _git = _programs.Copy("git");
        _other = _programs.Copy("other");
    }

    [KernelFact]
    public async Task What_is_allowed_to_one_program_is_denied_to_others_on_every_way_out()
    {
        string[] ways = [Step("tcp"), Step("udp"), Step("sendto"), $"tcp 6 ::ffff:{Address} {_peer.Port}", $"sendto 6 ::ffff:{Address} {_peer.Port}"];
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow($"{Address} exe={_git}"));

        string[] allowed = await Probe.RunByAsync(lab.Sandbox, _git, ways);
        string[] denied = await Probe.RunByAsync(lab.Sandbox, _other, ways);

        allowed.Should().AllBe("ok");
        denied.Should().AllBe("EPERM");
        DecisionEvent[] decisions = await lab.EndAsync();
        decisions.Should().NotBeEmpty().And.OnlyContain(decision =>
            decision.Reason == DecisionReason.ForeignLoopback && decision.Process.Executable == _other && decision.Rule == null);
    }

    [KernelFact]
    public async Task What_is_denied_to_one_program_is_left_to_others()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow(Address).Deny($"{Address} exe={_other}"));

        string[] denied = await Probe.RunByAsync(lab.Sandbox, _other, Step("tcp"), Step("udp"), Step("sendto"));
        string[] allowed = await Probe.RunByAsync(lab.Sandbox, _git, Step("tcp"), Step("udp"), Step("sendto"));

        denied.Should().AllBe("EPERM");
        allowed.Should().AllBe("ok");
        (await lab.EndAsync()).Should().OnlyContain(decision =>
            decision.Reason == DecisionReason.DeniedByRule && decision.Rule!.Text == $"{Address} exe={_other}");
    }

    [KernelFact]
    public async Task A_rule_for_a_program_goes_before_one_for_all_and_one_with_ports_before_both()
    {
        using Peer closed = Peer.Open("0.0.0.0");
        await using Lab lab = await Lab.StartAsync(builder => builder
            .Deny(Address, $"{Address}:{closed.Port}")
            .Allow($"{Address} exe={_git}"));

        string[] results = await Probe.RunByAsync(lab.Sandbox, _git, Step("tcp"), $"tcp 4 {Address} {closed.Port}");

        results.Should().Equal("ok", "EPERM");
    }

    [KernelFact]
    public async Task Every_path_of_a_file_is_that_file()
    {
        string link = _programs.Link("link", "git");
        string hard = _programs.HardLink("hard", _git);
        await using Lab lab = await Lab.StartAsync(builder => builder
            .Allow($"127.1.0.2 exe={link}", $"127.1.0.3 exe={hard}", $"127.1.0.4 exe={_git}", $"127.1.0.5 exe={_other}"));

        foreach (string path in new[] { _git, link, hard })
        {
            string[] results = await Probe.RunByAsync(lab.Sandbox, path, Enumerable.Range(2, 4).Select(last => $"tcp 4 127.1.0.{last} {_peer.Port}").ToArray());
            results.Should().Equal(["ok", "ok", "ok", "EPERM"], path);
        }
    }

    [KernelFact]
    public async Task A_script_is_its_interpreter_and_a_rule_for_the_script_matches_nothing()
    {
        string byGit = _programs.Script("by-git", _git);
        string content = $"import socket\ntry:\n    socket.create_connection((\"{Address}\", {_peer.Port}))\n    print(\"ok\")\nexcept PermissionError:\n    print(\"EPERM\")\n";
        string script = _programs.Script("script", _git, content);
        string elsewhere = _programs.Script("elsewhere", _other, content);
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow($"{Address} exe={_git}", $"{Address} exe={byGit}"));

        Output allowed = await lab.RunAsync(script);
        Output denied = await lab.RunAsync(elsewhere);

        allowed.Out.Should().Be("ok\n");
        denied.Out.Should().Be("EPERM\n");
        lab.Sandbox.MissingExecutables.Should().Equal(byGit);
    }

    [KernelFact]
    public async Task A_name_resolves_for_its_program_alone_and_opens_its_address_for_it_alone()
    {
        using LocalAddress host = new(IPAddress.Parse("198.18.55.1"));
        using NameServer names = new(host.Address);
        await using Lab lab = await Lab.StartAsync(builder => builder
            .UseDnsUpstream(names.EndPoint)
            .Allow($"git.test:{_peer.Port} exe={_git}", "plain.test"));
        string step = $"tcp 4 git.test {_peer.Port}";

        string[] before = await Probe.RunByAsync(lab.Sandbox, _other, step);
        string[] resolved = await Probe.RunByAsync(lab.Sandbox, _git, step, $"tcp 4 {host.Address} {_peer.Port}", $"udp 4 {host.Address} {_peer.Port}");
        string[] after = await Probe.RunByAsync(lab.Sandbox, _other, step, $"tcp 4 {host.Address} {_peer.Port}", $"udp 4 {host.Address} {_peer.Port}");

        before.Should().Equal("unknown");
        resolved.Should().Equal("ok", "ok", "ok");
        after.Should().Equal("unknown", "EPERM", "EPERM");
        DecisionEvent[] decisions = await lab.EndAsync();
        decisions.Should().Contain(decision => decision.Stage == DecisionStage.Dns && decision.Process.Executable == _other && decision.Names.Contains("git.test"));
        decisions.Should().NotContain(decision => decision.Process.Executable == _git);
    }

    [KernelFact]
    public async Task A_connection_stays_its_programs_when_another_policy_comes()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow(Address));
        using ProbeSession git = await ProbeSession.StartAsync(lab.Sandbox.Start, _git);
        string held = await git.DoAsync($"hold udp 4 {Address} {_peer.Port}");

        await lab.Firewall.ApplyAsync(new FirewallBuilder().Allow($"{Address} exe={_git}").BuildPolicy());
        string kept = await git.DoAsync("use");
        await lab.Firewall.ApplyAsync(new FirewallBuilder().Allow($"{Address} exe={_other}").BuildPolicy());
        string cut = await git.DoAsync("use");

        (held, kept, cut).Should().Be(("ok", "ok", "EPERM"));
    }

    public void Dispose()
    {
        _peer.Dispose();
        _programs.Dispose();
    }

    private string Step(string kind) => $"{kind} 4 {Address} {_peer.Port}";
}
