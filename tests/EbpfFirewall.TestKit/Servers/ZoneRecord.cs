namespace EbpfFirewall.TestKit.Servers;

/// <summary>One record of the lab's zone.</summary>
/// <param name="Name">Owner, without the trailing dot.</param>
/// <param name="Type">A, AAAA, CNAME or TXT.</param>
/// <param name="Value">Address, target or text.</param>
internal sealed record ZoneRecord(string Name, string Type, string Value);
