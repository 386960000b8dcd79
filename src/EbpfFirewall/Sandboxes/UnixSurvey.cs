using System.Globalization;
using System.Text;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Sandboxes;

/// <summary>
/// Which unix sockets there are when a command starts, for the launcher (launcher/launcher_abi.h, <c>--unix</c>): it covers those that the
/// command must not reach, so that no trick with names leads there.
/// </summary>
internal static class UnixSurvey
{
    private const string Table = "/proc/net/unix";
    private const int InodeField = 6;
    private const int PathField = 7;
    private const char Cover = '-';
    private const char Open = '+';

    /// <summary>Makes the list.</summary>
    /// <param name="policy">What it allows stays open.</param>
    /// <param name="processes">Of the sandbox: their sockets stay open as well.</param>
    public static MemoryFile Take(CompiledPolicy policy, IReadOnlySet<int> processes) =>
        MemoryFile.Create("efw-unix", Encoding.UTF8.GetBytes(List(policy, File.ReadLines(Table), OwnSockets(processes))));

    /// <summary>The list's text.</summary>
    /// <param name="policy">What it allows stays open.</param>
    /// <param name="table">Lines of /proc/net/unix.</param>
    /// <param name="own">Inode numbers of the sandbox's own sockets.</param>
    internal static string List(CompiledPolicy policy, IEnumerable<string> table, IReadOnlySet<ulong> own)
    {
        SortedDictionary<string, char> entries = new(StringComparer.Ordinal);
        foreach (string line in table)
        {
            string[] fields = line.Split(' ', PathField + 1, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > PathField && fields[PathField][0] == '/'
                && ulong.TryParse(fields[InodeField], NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode))
            {
                // Connections that a listener has accepted have its path and their own inode: one that is the sandbox's is enough.
                bool isOpen = own.Contains(inode) || policy.FindUnixRule(fields[PathField], isAbstract: false) is { Action: RuleAction.Allow };
                if (isOpen || !entries.ContainsKey(fields[PathField]))
                {
                    entries[fields[PathField]] = isOpen ? Open : Cover;
                }
            }
        }

        foreach (CompiledUnixRule rule in policy.UnixRules)
        {
            if (rule is { IsAbstract: false, Action: RuleAction.Allow })
            {
                // A service that is not there yet makes its socket in a directory that is; which of them is meant is for the kernel side.
                string path = rule.IsBelow ? rule.Text : Path.GetDirectoryName(rule.Text)!;
                entries[path] = Open;
            }
        }

        StringBuilder list = new();
        foreach ((string path, char sign) in entries)
        {
            list.Append(sign).Append(path).Append('\0');
        }

        return list.ToString();
    }

    private static HashSet<ulong> OwnSockets(IReadOnlySet<int> processes)
    {
        const string Prefix = "socket:[";
        HashSet<ulong> sockets = [];
        foreach (int process in processes)
        {
            try
            {
                foreach (string descriptor in Directory.EnumerateFileSystemEntries(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd")))
                {
                    if (new FileInfo(descriptor).LinkTarget is { } target && target.StartsWith(Prefix, StringComparison.Ordinal)
                        && ulong.TryParse(target.AsSpan(Prefix.Length).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out ulong inode))
                    {
                        sockets.Add(inode);
                    }
                }
            }
            catch (IOException)
            {
                // It has ended.
            }
            catch (UnauthorizedAccessException)
            {
                // Ending: nothing of it can be seen any more.
            }
        }

        return sockets;
    }
}
