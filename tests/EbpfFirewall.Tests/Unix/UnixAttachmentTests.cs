using EbpfFirewall.Decisions;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;
using System.Diagnostics;

namespace EbpfFirewall.Tests.Unix;

/// <summary>Where processes were there before the firewall, unix sockets are told, and denied only once rules speak of them.</summary>
public sealed class UnixAttachmentTests
{
    [KernelFact]
    public async Task Without_a_rule_they_are_told()
    {
        using Folder folder = new();
        using UnixServer server = await UnixServer.StartOutsideAsync(folder["s"]);
        using KernelLab lab = new(builder => builder.Allow("192.0.2.1"), reportUnix: true);

        string result = await TakeAsync(lab, $"connect {folder["s"]}");

        result.Should().Be("ok");
        DecisionEvent decision = lab.End().Should().ContainSingle().Subject;
        (decision.Verdict, decision.Reason, decision.UnixSocket).Should().Be((Verdict.Allow, DecisionReason.ForeignUnix, folder["s"]));
    }

    [KernelFact]
    public async Task A_rule_that_allows_one_closes_the_others()
    {
        using Folder folder = new();
        using UnixServer server = await UnixServer.StartOutsideAsync(folder["s"]);
        using UnixServer other = await UnixServer.StartOutsideAsync(folder["o"]);
        using KernelLab lab = new(builder => builder.Allow($"unix:{folder["s"]}"), reportUnix: true);

        (await TakeAsync(lab, $"connect {folder["s"]}")).Should().Be("ok");
        (await TakeAsync(lab, $"connect {folder["o"]}")).Should().Be("EPERM");
    }

    [KernelFact]
    public async Task A_rule_that_denies_one_leaves_the_others_open_but_not_what_may_lead_there()
    {
        using Folder folder = new();
        using UnixServer server = await UnixServer.StartOutsideAsync(folder["s"]);
        using UnixServer other = await UnixServer.StartOutsideAsync(folder["o"]);
        using KernelLab lab = new(builder => builder.Deny($"unix:{folder["s"]}"), reportUnix: true);

        (await TakeAsync(lab, $"connect {folder["s"]}")).Should().Be("EPERM");
        (await TakeAsync(lab, $"connect {folder["o"]}")).Should().Be("ok");
        (await TakeAsync(lab, $"connect {folder.Path}/./s")).Should().Be("EPERM");
    }

    internal static async Task<string> TakeAsync(KernelLab lab, string step)
    {
        ProcessStartInfo startInfo = UnixProbe.Command(step);
        startInfo.RedirectStandardOutput = true;
        using Process process = lab.Start(startInfo);
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output.Trim();
    }
}
