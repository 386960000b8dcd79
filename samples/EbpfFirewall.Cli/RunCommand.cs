using System.Diagnostics;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Cli;

/// <summary><c>efw run</c>: one command in one sandbox.</summary>
internal sealed class RunCommand(RunSettings settings, string[] command)
{
    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        using var report = new DecisionReport(settings.LogFile);
        FirewallBuilder builder = Configure(report);
        FirewallPolicy policy = builder.BuildPolicy();
        DecisionReport.Opening(policy);

        var options = new SandboxOptions
        {
            User = settings.User is { } user ? SandboxUser.Get(user) : null,
            Privileges = [.. settings.Privileges.Select(SandboxPrivilege.Get).Distinct()],
        };
        ConfinementReport.Privileges(options.Privileges);

        await using IEgressFirewall firewall = await builder.StartAsync(cancellationToken);
        await using ISandbox sandbox = await firewall.CreateSandboxAsync(command[0], options, cancellationToken);

        ConfinementReport.Executables(sandbox.MissingExecutables);
        var startInfo = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false };
        using var signals = new SignalForwarder();
        using Process process = sandbox.Start(startInfo);
        signals.ForwardTo(process.Id);
        ConfinementReport.Gaps(sandbox.Gaps);
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }

    private FirewallBuilder Configure(DecisionReport report)
    {
        FirewallBuilder builder = new FirewallBuilder()
            .ConfigurePolicy(policy =>
            {
                foreach (string rule in settings.Allow)
                {
                    policy.Allow(rule, "--allow");
                }

                foreach (string rule in settings.Deny)
                {
                    policy.Deny(rule, "--deny");
                }

                foreach (string limit in settings.Limits)
                {
                    policy.Limit(limit, "--limit");
                }

                policy.UseStrictTtl(settings.StrictTtl).AllowInbound(settings.AllowsInbound);
                if (settings.Mode is { } mode)
                {
                    policy.UseMode(mode);
                }
            })
            .UseDnsUpstream([.. settings.DnsUpstreams])
            .AnswerDeniedNames(settings.AllowDnsRequest)
            .ReportAllowed(settings.Debug)
            .UseFailMode(settings.FailMode)
            .OnDecision(report.Write);
        return builder;
    }
}
