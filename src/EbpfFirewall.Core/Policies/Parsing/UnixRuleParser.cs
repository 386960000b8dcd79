using System.Text;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies.Parsing;

/// <summary><c>unix:/path</c>, <c>unix:/directory/**</c>, <c>unix:@abstract</c>, <c>unix:@begin**</c>.</summary>
internal static class UnixRuleParser
{
    /// <summary>What fits into <c>sun_path</c> with its closing zero, unix(7).</summary>
    private const int MaxPathBytes = 107;
    private const string Below = "**";

    internal static RuleSpecification? Parse(RuleSlice address)
    {
        if (address.IsEmpty || (address[0] == '@' && address.Length == 1))
        {
            address.Fail(0, "a unix socket is missing", "write unix:/run/x.sock or unix:@name");
            return null;
        }

        string text = address.ToString();
        bool isAbstract = text[0] == '@';
        string? problem = isAbstract ? null : FindPathProblem(text, allowPattern: true);
        if (problem is not null)
        {
            address.Fail(0, problem, "write a canonical absolute path, such as unix:/run/x.sock or unix:/run/user/**");
            return null;
        }

        if (Encoding.UTF8.GetByteCount(text) > MaxPathBytes)
        {
            address.Fail(0, $"a unix socket address has at most {MaxPathBytes} bytes", "name a directory with /** instead");
            return null;
        }

        bool isBelow = text.EndsWith(Below, StringComparison.Ordinal);
        string name = text[(isAbstract ? 1 : 0)..(isBelow ? ^Below.Length : ^0)];
        return new RuleSpecification(new RuleTarget.UnixSocket(name, isAbstract, isBelow), [], TransportProtocols.TcpAndUdp);
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
            bool isPattern = allowPattern && i == segments.Length - 1 && segments[i] == Below;
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
