using System.Globalization;
using System.Text;
using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Enforcing;

/// <summary>Writes docs/results/policy-change.md.</summary>
internal static class PolicyChangeResults
{
    private static readonly (string Class, string Expected)[] Classes =
    [
        ("both", "both policies allow: all pass"),
        ("neither", "neither allows: none passes"),
        ("one", "only the first allows: either"),
        ("other", "only the second allows: either"),
    ];

    internal static void Write(IReadOnlyCollection<ConnectCount> counts, int swaps, int growths, long packets, TimeSpan time)
    {
        StringBuilder text = new();
        text.AppendLine("# Policies that change under load");
        text.AppendLine();
        text.AppendLine("A program in a sandbox tries connections and datagrams over IPv4 and IPv6 without pause, while two policies take turns as fast as");
        text.AppendLine("`ApplyAsync` goes, and now and then one comes that is too large for its memory and moves to another. `connect`: a refusal by the");
        text.AppendLine("host says that the packet arrived. `listener`: a connection that is accepted. `sendto`: a datagram. `kept`: a datagram through a");
        text.AppendLine("socket that was connected once. Denied: EPERM. Other: the connection was ended, or cut while it was being made.");
        text.AppendLine();
        text.AppendLine("| destination | way | tried | passed | denied | other |");
        text.AppendLine("|---|---|---:|---:|---:|---:|");
        foreach ((string name, string expected) in Classes)
        {
            foreach (ConnectCount count in counts.Where(count => count.Class == name))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"| {expected} | {count.Way} | {count.Tried:N0} | {count.Passed:N0} | {count.Denied:N0} | {count.Other:N0} |");
            }
        }

        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{swaps:N0} changes, and {growths:N0} growths up to 40,000 networks, in {time.TotalSeconds:N0} seconds.");
        text.AppendLine(CultureInfo.InvariantCulture, $"Packets on the wire to what neither allows: {packets:N0}.");
        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Measured {DateTime.UtcNow:yyyy-MM-dd}, commit {Shell.Output($"git -C '{RepositoryFiles.Root}' rev-parse --short=12 HEAD")}, Linux {Environment.OSVersion.Version}, .NET {Environment.Version}, {Environment.ProcessorCount} processors.");
        text.AppendLine("Again: `sudo EFW_FULL=1 dotnet test tests/EbpfFirewall.Tests --filter PolicyChangeUnderLoadTests`.");
        File.WriteAllText(RepositoryFiles.PathOf("docs", "results", "policy-change.md"), text.ToString());
    }
}
