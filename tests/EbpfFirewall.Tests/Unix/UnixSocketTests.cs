using EbpfFirewall.Decisions;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Unix;

/// <summary>A sandbox reaches its own unix sockets, those that a rule names, and no others, whatever the name looks like.</summary>
public sealed class UnixSocketTests
{
    [KernelFact]
    public async Task Its_own_sockets_are_reached()
    {
        using Folder folder = new();
        await using Lab lab = await StartAsync();

        string[] results = await UnixProbe.RunAsync(
            lab.Sandbox,
            $"own {folder["a"]}", $"own-dgram {folder["b"]}", $"cd {folder.Path}", "own c", "own d ./d", "own e .//e", "own-dgram f",
            "own @efw-own-stream", "own-dgram @efw-own-dgram", "own @efw%00zero", "autobind", "pair");

        results.Should().AllBe("ok");
        (await lab.EndAsync()).Should().BeEmpty();
    }

    [KernelFact]
    public async Task Its_own_sockets_are_reached_by_its_other_commands()
    {
        using Folder folder = new();
        await using Lab lab = await StartAsync();
        using UnixServer server = await UnixServer.StartAsync(lab.Sandbox, folder["s"]);

        string[] results = await UnixProbe.RunAsync(lab.Sandbox, $"connect {folder["s"]}");

        results.Should().Equal("ok");
    }

    [KernelTheory]
    [InlineData("stream", "connect")]
    [InlineData("dgram", "dgram")]
    [InlineData("dgram", "sendto")]
    [InlineData("seqpacket", "seqpacket")]
    public async Task Those_of_others_are_refused_at_once_and_told(string kind, string attempt)
    {
        using Folder folder = new();
        await using Lab lab = await StartAsync();
        using UnixServer server = await UnixServer.StartOutsideAsync(folder["s"], kind);

        string[] results = await UnixProbe.RunAsync(lab.Sandbox, $"{attempt} {folder["s"]}");

        results.Should().Equal("EPERM");
        DecisionEvent decision = (await lab.EndAsync()).Should().ContainSingle().Subject;
        decision.Reason.Should().Be(DecisionReason.ForeignUnix);
        decision.Stage.Should().Be(DecisionStage.Unix);
        decision.UnixSocket.Should().Be(folder["s"]);
        decision.Process.CommandLine.Should().Contain("python3");
        decision.Attribution.Should().Be(Attribution.Caller);
        DecisionExplanation.Of(decision).Should().Contain($"--allow unix:{folder["s"]}");
    }

    [KernelTheory]
    [InlineData("connect @F")]
    [InlineData("connect @F%00")]
    [InlineData("connect @")]
    public async Task Abstract_ones_of_others_are_refused(string attempt)
    {
        await using Lab lab = await StartAsync();
        string name = $"efw-test-{Environment.ProcessId}";
        using UnixServer server = await UnixServer.StartOutsideAsync($"@{name}");

        string[] results = await UnixProbe.RunAsync(lab.Sandbox, attempt.Replace("F", name, StringComparison.Ordinal));

        results.Should().Equal("EPERM");
        (await lab.EndAsync()).Should().ContainSingle().Which.UnixSocket.Should().StartWith("@");
    }

    /// <summary>DIR is the directory with the foreign socket "s" in it, OWN one of the sandbox's.</summary>
    [KernelTheory]
    [InlineData("cd DIR", "connect s")]
    [InlineData("cd DIR", "connect ./s")]
    [InlineData("cd OWN", "connect ../foreign/s")]
    [InlineData("pair", "connect DIR/../foreign/s")]
    [InlineData("pair", "connect DIR//s")]
    [InlineData("pair", "connect DIR/./s")]
    [InlineData("pair", "connect //DIR/s")]
    [InlineData("link DIR/s OWN/l", "connect OWN/l")]
    [InlineData("link DIR OWN/d", "connect OWN/d/s")]
    [InlineData("pair", "connect /proc/self/rootDIR/s")]
    [InlineData("cd DIR", "connect /proc/self/cwd/s")]
    [InlineData("fd DIR", "connect /proc/self/fd/100/s")]
    [InlineData("fd DIR/s", "connect /proc/self/fd/100")]
    [InlineData("own OWN/x", "connect OWN/x/../../foreign/s")]
    public async Task No_other_way_to_write_its_name_leads_there(string before, string attempt)
    {
        using Folder folder = new();
        string foreign = Directory.CreateDirectory(folder["foreign"]).FullName;
        string own = Directory.CreateDirectory(folder["own"]).FullName;
        await using Lab lab = await StartAsync();
        using UnixServer server = await UnixServer.StartOutsideAsync($"{foreign}/s");

        string[] results = await UnixProbe.RunAsync(
            lab.Sandbox, [.. new[] { before, attempt }.Select(step => step.Replace("DIR", foreign, StringComparison.Ordinal).Replace("OWN", own, StringComparison.Ordinal))]);

        results.Should().Equal("ok", "EPERM");
        (await lab.EndAsync()).Should().ContainSingle().Which.Reason.Should().Be(DecisionReason.ForeignUnix);
    }

    [KernelFact]
    public async Task A_name_that_was_its_own_once_is_not_any_more()
    {
        using Folder folder = new();
        await using Lab lab = await StartAsync();
        using UnixServer server = await UnixServer.StartOutsideAsync(folder["foreign"]);
        using UnixServer own = await UnixServer.StartAsync(lab.Sandbox, folder["own"]);

        string[] results = await UnixProbe.RunAsync(
            lab.Sandbox, $"connect {folder["own"]}", $"rename {folder["own"]} {folder["moved"]}", $"link {folder["foreign"]} {folder["own"]}",
            $"connect {folder["own"]}", $"connect {folder["moved"]}", $"rm {folder["moved"]}", $"link {folder["foreign"]} {folder["moved"]}", $"connect {folder["moved"]}");

        results.Should().Equal("ok", "ok", "ok", "EPERM", "ok", "ok", "ok", "EPERM");
    }

    [KernelFact]
    public async Task A_rule_opens_what_it_names_and_no_more()
    {
        using Folder folder = new();
        string name = $"efw-rule-{Environment.ProcessId}";
        Directory.CreateDirectory(folder["below"]);
        using UnixServer exact = await UnixServer.StartOutsideAsync(folder["exact"]);
        using UnixServer below = await UnixServer.StartOutsideAsync(folder["below/s"]);
        using UnixServer shut = await UnixServer.StartOutsideAsync(folder["below/shut"]);
        using UnixServer @abstract = await UnixServer.StartOutsideAsync($"@{name}");
        using UnixServer other = await UnixServer.StartOutsideAsync($"@{name}-other");
        await using Lab lab = await Lab.StartAsync(builder => builder
            .Allow($"unix:{folder["exact"]}", $"unix:{folder["below"]}/**", $"unix:@{name}").Deny($"unix:{folder["below/shut"]}").ReportAllowed());

        string[] results = await UnixProbe.RunAsync(
            lab.Sandbox, $"connect {folder["exact"]}", $"connect {folder["below/s"]}", $"connect {folder["below/shut"]}", $"connect {folder["exact2"]}",
            $"connect {folder["below"]}/../exact", $"connect @{name}", $"connect @{name}-other", $"own {folder["own"]}", "own @efw-own-beside");

        results.Should().Equal("ok", "ok", "EPERM", "EPERM", "EPERM", "ok", "EPERM", "ok", "ok");
        DecisionEvent[] decisions = [.. (await lab.EndAsync()).Where(decision => decision.Stage == DecisionStage.Unix)];
        decisions.Select(decision => decision.Reason).Should().Equal(
            DecisionReason.AllowedByRule, DecisionReason.AllowedByRule, DecisionReason.DeniedByRule, DecisionReason.ForeignUnix,
            DecisionReason.ForeignUnix, DecisionReason.AllowedByRule, DecisionReason.ForeignUnix, DecisionReason.OwnUnix, DecisionReason.OwnUnix);
        decisions[0].Rule!.Destination.Should().Be($"unix:{folder["exact"]}");
        decisions[2].Rule!.Action.Should().Be(EbpfFirewall.Policies.RuleAction.Deny);
    }

    [KernelFact]
    public async Task A_denied_directory_is_closed_for_its_own_sockets_too()
    {
        using Folder folder = new();
        await using Lab lab = await Lab.StartAsync(builder => builder.Deny($"unix:{folder.Path}/**"));

        string[] results = await UnixProbe.RunAsync(lab.Sandbox, $"own {folder["a"]}", $"cd {folder.Path}", "own b");

        results.Should().Equal("EPERM", "ok", "EPERM");
    }

    [KernelFact]
    public async Task Observing_stops_nothing_and_tells()
    {
        using Folder folder = new();
        using UnixServer server = await UnixServer.StartOutsideAsync(folder["s"]);
        await using Lab lab = await Lab.StartAsync(builder => builder.Observe());

        string[] results = await UnixProbe.RunAsync(lab.Sandbox, $"connect {folder["s"]}");

        results.Should().Equal("ok");
        DecisionEvent decision = (await lab.EndAsync()).Should().ContainSingle().Subject;
        decision.Verdict.Should().Be(Verdict.Deny);
        decision.Blocked.Should().BeFalse();
    }

    [KernelFact]
    public async Task A_new_policy_decides_from_then_on()
    {
        using Folder folder = new();
        await using Lab lab = await StartAsync();
        using UnixServer server = await UnixServer.StartOutsideAsync(folder["s"]);

        string[] before = await UnixProbe.RunAsync(lab.Sandbox, $"connect {folder["s"]}");
        await lab.Firewall.ApplyAsync(new EbpfFirewall.Policies.FirewallPolicyBuilder().Allow($"unix:{folder["s"]}").Build());
        string[] after = await UnixProbe.RunAsync(lab.Sandbox, $"connect {folder["s"]}");

        before.Should().Equal("EPERM");
        after.Should().Equal("ok");
    }

    /// <summary>A listener whose queue is full makes connect wait, and the kernel look the name up again: by then it leads elsewhere.</summary>
    [KernelFact]
    public async Task A_name_that_is_changed_behind_the_hook_leads_nowhere()
    {
        using Folder folder = new();
        using UnixServer server = await UnixServer.StartOutsideAsync(folder["s"]);
        await using Lab lab = await StartAsync();

        string[] results = await UnixProbe.RunAsync(lab.Sandbox, $"race {folder["own"]} {folder["s"]}", $"rename {folder["s"]} {folder["x"]}", $"rm {folder["s"]}");

        results.Should().Equal("ECONNREFUSED", "EBUSY", "EBUSY");
    }

    [KernelFact]
    public async Task Without_the_cover_that_change_would_lead_there()
    {
        using Folder folder = new();
        using UnixServer server = await UnixServer.StartOutsideAsync(folder["s"]);
        using KernelLab lab = new(builder => builder.Allow("192.0.2.1"));

        string result = await UnixAttachmentTests.TakeAsync(lab, $"race {folder["own"]} {folder["s"]}");

        result.Should().StartWith("ok", "else the other test shows nothing");
    }

    private static Task<Lab> StartAsync() => Lab.StartAsync(builder => builder.Allow("192.0.2.1"));
}
