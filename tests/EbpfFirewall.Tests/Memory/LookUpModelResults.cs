using System.Globalization;
using System.Text;
using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Memory;

/// <summary>Writes docs/results/look-up-model.md.</summary>
internal static class LookUpModelResults
{
    private static readonly SortedDictionary<string, string> Lines = new(StringComparer.Ordinal);

    internal static void Write(bool ipv6, int policies, long addresses, TimeSpan time)
    {
        string family = ipv6 ? "IPv6" : "IPv4";
        Lines[family] = string.Create(CultureInfo.InvariantCulture, $"| {family} | {policies:N0} | {addresses:N0} | 0 | {time.TotalSeconds:N0} s |");

        StringBuilder text = new();
        text.AppendLine("# The look-up against a naive model");
        text.AppendLine();
        text.AppendLine("Random policies of up to 24 networks, written as the firewall writes them, and searched by its BPF functions in test runs: the first");
        text.AppendLine("and last address of every network, the neighbours of both, the ends of the address space, and random ones. Beside it a search that");
        text.AppendLine("tries every network.");
        text.AppendLine();
        text.AppendLine("| family | policies | addresses asked | differences | time |");
        text.AppendLine("|---|---:|---:|---:|---:|");
        foreach (string line in Lines.Values)
        {
            text.AppendLine(line);
        }

        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Measured {DateTime.UtcNow:yyyy-MM-dd}, commit {Shell.Output($"git -C '{RepositoryFiles.Root}' rev-parse --short=12 HEAD")}, Linux {Environment.OSVersion.Version}, .NET {Environment.Version}, {Environment.ProcessorCount} processors.");
        text.AppendLine("Again: `sudo EFW_FULL=1 dotnet test tests/EbpfFirewall.Tests --filter LookUpModelTests`.");
        File.WriteAllText(RepositoryFiles.PathOf("docs", "results", "look-up-model.md"), text.ToString());
    }
}
