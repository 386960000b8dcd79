using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Support;

internal sealed record ReplyRecord(DnsSection Section, string Owner, DnsType Type, uint Ttl, byte[] Data, string Name);
