using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using EbpfFirewall.Integration.Tests.Infrastructure;

namespace EbpfFirewall.Integration.Tests.Clients;

/// <summary>Writes docs/results/clients.md in a full run (<c>EFW_FULL=1</c>).</summary>
internal static class ClientResults
{
    private static readonly ConcurrentDictionary<string, string> Rows = new(StringComparer.Ordinal);
    private static readonly Lock FileLock = new();

    internal static void Add(string program, int requests, int failed, TimeSpan elapsed)
    {
        if (!ClientPrograms.IsFullRun)
        {
            return;
        }

        Rows[program] = $"| {program} | {requests.ToString("N0", CultureInfo.InvariantCulture)} | {failed} | {elapsed.TotalSeconds:F1} |";
        lock (FileLock)
        {
            string path = RepositoryRoot.Combine("docs", "results", "clients.md");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Document());
        }
    }

    private static string Document()
    {
        StringBuilder text = new();
        text.AppendLine("# Clients behind the firewall");
        text.AppendLine();
        text.AppendLine("Requests in a row by each client to an allowed name, one after the other, each on a connection of its own unless it says");
        text.AppendLine("otherwise. A failure is any error or wrong answer. Seconds include the start of `efw` and of the client.");
        text.AppendLine();
        text.AppendLine("| client | requests | failed | seconds |");
        text.AppendLine("|---|---|---|---|");
        foreach (string program in ClientPrograms.All.Keys.Where(Rows.ContainsKey))
        {
            text.AppendLine(Rows[program]);
        }

        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"Measured {DateTime.UtcNow:yyyy-MM-dd}, commit {Commit()}, Linux {Environment.OSVersion.Version}, .NET {Environment.Version}.");
        text.AppendLine("Again: `sudo EFW_FULL=1 dotnet test tests/EbpfFirewall.Integration.Tests --filter ClientTests`.");
        return text.ToString();
    }

    private static string Commit() =>
        CommandRunner.RunAsync("git", "-C", RepositoryRoot.Path, "rev-parse", "--short=12", "HEAD").GetAwaiter().GetResult().Text;
}
