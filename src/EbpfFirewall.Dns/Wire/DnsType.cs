namespace EbpfFirewall.Dns.Wire;

/// <summary>Record and query types that the codec or the proxy knows by name (IANA numbers); every other value is as good.</summary>
public enum DnsType : ushort
{
    /// <summary>IPv4 address.</summary>
    A = 1,

    /// <summary>Name server.</summary>
    Ns = 2,

    /// <summary>Mail destination (obsolete).</summary>
    Md = 3,

    /// <summary>Mail forwarder (obsolete).</summary>
    Mf = 4,

    /// <summary>Alias.</summary>
    Cname = 5,

    /// <summary>Start of authority.</summary>
    Soa = 6,

    /// <summary>Mailbox.</summary>
    Mb = 7,

    /// <summary>Mail group.</summary>
    Mg = 8,

    /// <summary>Mail rename.</summary>
    Mr = 9,

    /// <summary>Anything; a favourite of tunnels.</summary>
    Null = 10,

    /// <summary>Pointer to a name.</summary>
    Ptr = 12,

    /// <summary>Host information.</summary>
    Hinfo = 13,

    /// <summary>Mailbox information.</summary>
    Minfo = 14,

    /// <summary>Mail exchange.</summary>
    Mx = 15,

    /// <summary>Text.</summary>
    Txt = 16,

    /// <summary>Responsible person (RFC 1183).</summary>
    Rp = 17,

    /// <summary>AFS database (RFC 1183).</summary>
    Afsdb = 18,

    /// <summary>Route through (RFC 1183).</summary>
    Rt = 21,

    /// <summary>Signature (RFC 2535, obsolete).</summary>
    Sig = 24,

    /// <summary>X.400 mapping (RFC 2163).</summary>
    Px = 26,

    /// <summary>IPv6 address.</summary>
    Aaaa = 28,

    /// <summary>Next name (RFC 2535, obsolete).</summary>
    Nxt = 30,

    /// <summary>Service location (RFC 2782).</summary>
    Srv = 33,

    /// <summary>Naming authority pointer (RFC 3403).</summary>
    Naptr = 35,

    /// <summary>Key exchanger (RFC 2230).</summary>
    Kx = 36,

    /// <summary>Alias of a subtree (RFC 6672).</summary>
    Dname = 39,

    /// <summary>EDNS pseudo-record (RFC 6891).</summary>
    Opt = 41,

    /// <summary>Delegation signer.</summary>
    Ds = 43,

    /// <summary>Signature (RFC 4034).</summary>
    Rrsig = 46,

    /// <summary>Proof of absence (RFC 4034).</summary>
    Nsec = 47,

    /// <summary>Zone key.</summary>
    Dnskey = 48,

    /// <summary>Hashed proof of absence (RFC 5155).</summary>
    Nsec3 = 50,

    /// <summary>Service binding (RFC 9460).</summary>
    Svcb = 64,

    /// <summary>Service binding of HTTPS origins (RFC 9460).</summary>
    Https = 65,

    /// <summary>Sender policy, TXT by another number (RFC 7208).</summary>
    Spf = 99,

    /// <summary>Transaction signature.</summary>
    Tsig = 250,

    /// <summary>Incremental zone transfer (questions only).</summary>
    Ixfr = 251,

    /// <summary>Zone transfer (questions only).</summary>
    Axfr = 252,

    /// <summary>All types (questions only; RFC 8482).</summary>
    Any = 255,

    /// <summary>Certification authority authorisation (RFC 8659).</summary>
    Caa = 257,
}
