using System.Collections.Immutable;
using System.Globalization;
using EbpfFirewall.Policies.Rules;

namespace EbpfFirewall.Policies.Parsing;

/// <summary>Ports and ranges of ports between commas.</summary>
internal static class PortList
{
    private const string Shape = "write ports as 443 or 80,443,8000-8100";

    /// <summary>Parses the list; the result is sorted, and what overlaps or touches is merged.</summary>
    internal static bool TryParse(RuleSlice text, out ImmutableArray<PortRange> ports)
    {
        ports = [];
        if (text.Is("*"))
        {
            return text.Fail(0, "\"*\" is not a port", "leave out \":*\"; without ports a rule means every port");
        }

        List<PortRange> ranges = [];
        foreach (Range piece in text.Span.Split(','))
        {
            RuleSlice range = text.To(piece.End.GetOffset(text.Length)).From(piece.Start.GetOffset(text.Length));
            int dash = range.IndexOf('-');
            RuleSlice first = dash < 0 ? range : range.To(dash);
            RuleSlice last = dash < 0 ? range : range.From(dash + 1);
            if (!TryParsePort(first, out ushort from) || !TryParsePort(last, out ushort to))
            {
                return false;
            }

            if (from > to)
            {
                return range.Fail(0, $"the range {from}-{to} runs backwards", $"write {to}-{from}");
            }

            ranges.Add(new PortRange(from, to));
        }

        ports = Merge(ranges);
        return true;
    }

    private static bool TryParsePort(RuleSlice text, out ushort port)
    {
        port = 0;
        if (text.IsEmpty)
        {
            return text.Fail(0, "a port is missing", Shape);
        }

        int stranger = text.Span.IndexOfAnyExceptInRange('0', '9');
        if (stranger >= 0)
        {
            return text.Fail(stranger, $"\"{text}\" is not a port number", NumberOf(text) is { } number ? $"write {number}" : Shape);
        }

        if (text[0] == '0' || text.Length > 5
            || !ushort.TryParse(text.Span, NumberStyles.None, CultureInfo.InvariantCulture, out port))
        {
            return text.Fail(0, $"\"{text}\" is not a port number between 1 and 65535", Shape);
        }

        return true;
    }

    private static string? NumberOf(RuleSlice service) => service.ToString().ToLowerInvariant() switch
    {
        "http" => "80",
        "https" => "443",
        "ssh" => "22",
        "dns" or "domain" => "53",
        "smtp" => "25",
        "ntp" => "123",
        _ => null,
    };

    private static ImmutableArray<PortRange> Merge(List<PortRange> ranges)
    {
        ranges.Sort((a, b) => a.First.CompareTo(b.First));
        List<PortRange> merged = [];
        foreach (PortRange range in ranges)
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1)
            {
                merged[^1] = merged[^1] with { Last = Math.Max(merged[^1].Last, range.Last) };
            }
            else
            {
                merged.Add(range);
            }
        }

        return [.. merged];
    }
}
