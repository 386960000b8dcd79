namespace EbpfFirewall.Policies.Parsing;

/// <summary><c>unix:/path</c>, <c>unix:/directory/**</c>, <c>unix:@abstract</c>. Not supported yet.</summary>
internal static class UnixRuleParser
{
    /// <summary>What fits into <c>sun_path</c> with its closing zero, unix(7).</summary>
    private const int MaxPathBytes = 107;

    internal static bool Parse(RuleSlice address)
    {
        if (address.IsEmpty || (address[0] == '@' && address.Length == 1))
        {
            return address.Fail(0, "a unix socket is missing", "write unix:/run/x.sock or unix:@name");
        }

        string text = address.ToString();
        string? problem = text[0] == '@' ? null : FindPathProblem(text, allowPattern: true);
        if (problem is not null)
        {
            return address.Fail(0, problem, "write a canonical absolute path, such as unix:/run/x.sock or unix:/run/user/**");
        }

        return System.Text.Encoding.UTF8.GetByteCount(text) > MaxPathBytes
            ? address.Fail(0, $"a unix socket address has at most {MaxPathBytes} bytes", "name a directory with /** instead")
            : address.Fail(0, "a unix: rule is not supported yet", "remove it; unix sockets are not filtered yet");
    }

    /// <summary>What keeps a path from being canonical and absolute; null when nothing does.</summary>
    internal static string? FindPathProblem(string path, bool allowPattern)
    {
        if (path.Length < 2 || path[0] != '/')
        {
            return "the path is not absolute";
        }

        string[] segments = path[1..].Split('/');
        for (int i = 0; i < segments.Length; i++)
        {
            bool isPattern = allowPattern && i == segments.Length - 1 && i > 0 && segments[i] == "**";
            if (segments[i] is "" or "." or "..")
            {
                return "the path has an empty, \".\" or \"..\" segment";
            }

            if (!isPattern && segments[i].Contains('*', StringComparison.Ordinal))
            {
                return "\"**\" stands only as the last segment, for everything below a directory";
            }
        }

        return null;
    }
}
