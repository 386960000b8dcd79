using System.Text;
using System.Text.RegularExpressions;

namespace EbpfFirewall.Tests.Inspection;

/// <summary>
/// A second opinion on the head of a request: regular expressions over the whole text instead of a state an octet. What is cut off is read
/// only so far that it can be told whether it may still become a request.
/// </summary>
internal static partial class RequestReader
{
    private const string Token = @"[!#$%&'*+\-.^_`|~0-9A-Za-z]";

    /// <summary>Reads a head that has come whole; null for one that has not, which only the kernel's other answers can be held against.</summary>
    internal static Inspection? Read(ReadOnlySpan<byte> stream)
    {
        string text = Encoding.Latin1.GetString(stream);
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        string[] lines = text[..end].Split("\r\n");
        string first = lines[0].Split('\r')[0];
        Match request = RequestLine().Match(first);
        if (!request.Success)
        {
            return new Inspection(IsRequestWithOddAuthority(text[..end]) ? InspectionAnswer.Malformed : InspectionAnswer.Other, null, 0, 0);
        }

        return lines[0] == first ? ReadHeaders(lines.AsSpan(1), request) : Malformed;
    }

    private static Inspection ReadHeaders(ReadOnlySpan<string> lines, Match request)
    {
        string? host = null;
        foreach (string line in lines)
        {
            Match header = Header().Match(line);
            if (!header.Success)
            {
                return Malformed;
            }

            if (header.Groups["name"].Value.Equals("host", StringComparison.OrdinalIgnoreCase))
            {
                if (host is not null)
                {
                    return Malformed;
                }

                host = header.Groups["value"].Value.Trim(' ', '\t');
            }
        }

        int version = 10 + (request.Groups["minor"].Value[0] - '0');
        string authority = request.Groups["authority"].Value;
        if (host is null)
        {
            return version > 10 ? Malformed
                : authority.Length > 0 ? Judge(authority, version)
                : new Inspection(InspectionAnswer.NoName, null, version, 0);
        }

        return authority.Length > 0 && !Same(authority, host) ? Malformed : Judge(host, version);
    }

    private static bool Same(string authority, string host) =>
        Split(authority) is var (name, port) && Split(host) is var (otherName, otherPort)
        && name.Equals(otherName, StringComparison.OrdinalIgnoreCase) && port == otherPort;

    private static (string Name, int Port) Split(string host)
    {
        int colon = host.LastIndexOf(':');
        return colon < 0 ? (host, 0) : (host[..colon], int.TryParse(host[(colon + 1)..], out int port) ? port : -1);
    }

    private static Inspection Judge(string host, int version)
    {
        if (BracketedHost().IsMatch(host))
        {
            return Port(host[(host.IndexOf(']') + 1)..]) ? new Inspection(InspectionAnswer.Address, null, version, 0) : Malformed;
        }

        int colon = host.IndexOf(':');
        InspectionAnswer answer = HostText.Check(colon < 0 ? host : host[..colon], out string name);
        return answer == InspectionAnswer.Malformed || (colon >= 0 && !Port(host[colon..]))
            ? Malformed
            : new Inspection(answer, answer == InspectionAnswer.Name ? name : null, version, 0);
    }

    private static bool Port(string text) =>
        text.Length == 0 || (PortText().IsMatch(text) && int.Parse(text[1..], System.Globalization.CultureInfo.InvariantCulture) <= 65535);

    private static bool IsRequestWithOddAuthority(string head) =>
        OddAuthority().Match(head) is { Success: true } odd && Judge(odd.Groups["authority"].Value, 11).Answer == InspectionAnswer.Malformed;

    private static Inspection Malformed { get; } = new(InspectionAnswer.Malformed, null, 0, 0);

    [GeneratedRegex("^" + Token + @"{1,32} (/[!-~-[#]]*|\*|[Hh][Tt][Tt][Pp]://(?<authority>[0-9A-Za-z._:\-]+)([/?][!-~-[#]]*)?) HTTP/1\.(?<minor>[01])\z")]
    private static partial Regex RequestLine();

    [GeneratedRegex("^" + Token + @"{1,32} [Hh][Tt][Tt][Pp]://(?<authority>[^/? ]*)")]
    private static partial Regex OddAuthority();

    [GeneratedRegex("^(?<name>" + Token + @"+):(?<value>[\t -~\x80-\xff]*)\z")]
    private static partial Regex Header();

    [GeneratedRegex(@"^\[[0-9A-Fa-f:.]+\](:.*)?\z", RegexOptions.Singleline)]
    private static partial Regex BracketedHost();

    [GeneratedRegex(@"^:[0-9]{1,5}\z")]
    private static partial Regex PortText();
}
