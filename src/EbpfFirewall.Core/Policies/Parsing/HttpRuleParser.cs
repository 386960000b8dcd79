using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies.Parsing;

/// <summary><c>https://host[:port]/path</c> with optional methods in front. Not supported yet.</summary>
internal static class HttpRuleParser
{
    private const string Shape = "write https://host[:port]/path, with optional methods in front: GET,HEAD https://example.com/api/*";

    /// <summary>True when the first word can only be a list of methods: capitals and commas, with a URL behind it.</summary>
    internal static bool StartsWithMethods(List<RuleSlice> words) =>
        words.Count > 1 && words[1].IndexOf("://") > 0 && words[0].IndexOf("://") < 0;

    /// <summary>True for the methods of RFC 9110 and RFC 5789, in capitals.</summary>
    internal static bool IsMethod(ReadOnlySpan<char> text) =>
        text is "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "PATCH" or "OPTIONS" or "CONNECT" or "TRACE";

    /// <summary>Checks the methods, when there are any, and the URL.</summary>
    /// <returns>False, always.</returns>
    internal static bool Parse(RuleSlice url, RuleSlice? methods)
    {
        if (methods is { } list && !CheckMethods(list))
        {
            return false;
        }

        int schemeEnd = url.IndexOf("://");
        string scheme = url.To(schemeEnd).ToString().ToLowerInvariant();
        if (scheme is not ("http" or "https"))
        {
            return url.Fail(0, "methods go with http:// and https:// only", Shape);
        }

        RuleSlice rest = url.From(schemeEnd + 3);
        int forbidden = rest.Span.IndexOfAny("?#@\\");
        if (forbidden >= 0)
        {
            return rest.Fail(forbidden, "a URL rule has no query, fragment, user or backslash", Shape);
        }

        int slash = rest.IndexOf('/');
        RuleSlice host = slash < 0 ? rest : rest.To(slash);
        if (host.IsEmpty)
        {
            return rest.Fail(0, "the host of the URL is missing", Shape);
        }

        if (HostRuleParser.Parse(host, TransportProtocols.Tcp) is not { } parsed)
        {
            return false;
        }

        if (parsed is { Target: RuleTarget.Loopback or RuleTarget.Name { Scope: not NameScope.Tree } } or { Ports.Length: > 1 })
        {
            return host.Fail(0, "a URL rule has one exact host and at most one port", Shape);
        }

        if (parsed.HasPorts && parsed.Ports[0].First != parsed.Ports[0].Last)
        {
            return host.Fail(0, "a URL rule has at most one port", Shape);
        }

        return (slash < 0 || CheckPath(rest.From(slash)))
            && (methods ?? url).Fail(0, $"a {scheme}:// rule is not supported yet", SupportedInstead(parsed, scheme));
    }

    private static string SupportedInstead(RuleSpecification parsed, string scheme)
    {
        string target = parsed.Target is RuleTarget.Name ? "=" + parsed.Target : parsed.Target.ToString()!;
        string port = parsed.HasPorts ? parsed.Ports[0].ToString() : scheme == "https" ? "443" : "80";
        return parsed.Target is RuleTarget.Network { Prefix.IsIPv6: true }
            ? $"to open the whole host write [{target}]:{port}"
            : $"to open the whole host write {target}:{port}";
    }

    private static bool CheckMethods(RuleSlice methods)
    {
        foreach (Range range in methods.Span.Split(','))
        {
            ReadOnlySpan<char> method = methods.Span[range];
            if (method.IsEmpty || method.ContainsAnyExceptInRange('A', 'Z'))
            {
                return methods.Fail(range.Start.Value, $"\"{method}\" is not an HTTP method", Shape);
            }
        }

        return true;
    }

    /// <summary>The path must be the one canonical spelling, or a rule could be passed by spelling it otherwise.</summary>
    private static bool CheckPath(RuleSlice path)
    {
        for (int at = 0; at < path.Length; at++)
        {
            char c = path[at];
            if (c == '%' && (at + 2 >= path.Length || !char.IsAsciiHexDigit(path[at + 1]) || !char.IsAsciiHexDigit(path[at + 2])))
            {
                return path.Fail(at, "\"%\" is not followed by two hexadecimal digits", "write %25 for a percent sign");
            }

            if (c > '~')
            {
                return path.Fail(at, "a path is ASCII", "percent-encode other characters");
            }
        }

        string[] segments = path.From(1).ToString().Split('/');
        for (int i = 0, at = 1; i < segments.Length; at += segments[i++].Length + 1)
        {
            if (segments[i] is "." or ".." || (segments[i].Length == 0 && i < segments.Length - 1))
            {
                return path.Fail(at, "the path has an empty, \".\" or \"..\" segment", "write the path as the server sees it");
            }

            if (segments[i].Contains("**", StringComparison.Ordinal))
            {
                return path.Fail(at, "\"**\" is not a pattern of paths", "\"*\" matches within a segment; descendants are covered anyway");
            }
        }

        return true;
    }
}
