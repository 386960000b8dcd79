namespace EbpfFirewall.Dns.Wire;

/// <summary>What may follow the fixed part of a record's data.</summary>
internal enum RecordRest : byte
{
    Nothing = 0,
    Octets,

    /// <summary>Character-strings: a length octet, then that many octets.</summary>
    Strings,

    /// <summary>EDNS options: code, length, data.</summary>
    Options,
}
