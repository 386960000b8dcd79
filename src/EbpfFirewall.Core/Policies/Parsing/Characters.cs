using System.Buffers;

namespace EbpfFirewall.Policies.Parsing;

/// <summary>The sets of characters that the grammar asks for.</summary>
internal static class Characters
{
    private const string HexDigits = "0123456789abcdefABCDEF";

    internal static SearchValues<char> Hex { get; } = SearchValues.Create(HexDigits);

    /// <summary>What an IPv6 address is made of.</summary>
    internal static SearchValues<char> IPv6 { get; } = SearchValues.Create(HexDigits + ":.");

    /// <summary>What ports and ranges of ports are made of, commas aside.</summary>
    internal static SearchValues<char> Ports { get; } = SearchValues.Create("0123456789-");

    /// <summary>ASCII control characters other than the tab.</summary>
    internal static SearchValues<char> Control { get; } =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Append(0x7f).Select(code => (char)code).Where(c => c != '\t')]);
}
