using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Support;

/// <summary>Valid messages of every form that the codec treats in its own way, and what becomes of them by accident.</summary>
internal static class Corpus
{
    internal static byte[][] Messages()
    {
        byte[] p = [0xC0, 12];
        byte[] q = Msg.Query("www.Example.test", DnsType.A, id: 0x0102);
        return
        [
            q,
            Msg.Query("example.test", DnsType.Aaaa, opt: Msg.Opt(4096, dnssecOk: true, options: [.. Msg.Option(10, 1, 2, 3, 4, 5, 6, 7, 8), .. Msg.Option(12, new byte[20])])),
            Msg.Response(q, [.. Enumerable.Range(1, 8).Select(i => Pointed(p, DnsType.A, [192, 0, 2, (byte)i]))], additionals: [Msg.Opt()]),
            Msg.Response(q, [Pointed(p, DnsType.Cname, [3, .. "cdn"u8, 0xC0, 16]), Pointed([0xC0, 46], DnsType.Aaaa, new byte[16]), Pointed([0xC0, 46], DnsType.Rrsig, [0, 28, 13, 3, .. new byte[14], .. Msg.Name("example.test"), .. new byte[64]])]),
            Msg.Response(q, authorities: [Pointed([0xC0, 16], DnsType.Soa, [2, .. "ns"u8, 0xC0, 16, 5, .. "admin"u8, 0xC0, 16, .. new byte[20]])], code: 3),
            Msg.Response(q, [Pointed(p, DnsType.Mx, [0, 10, 4, .. "mail"u8, 0xC0, 16]), Pointed(p, DnsType.Ns, [0xC0, 16]), Pointed(p, DnsType.Ptr, p), Pointed(p, DnsType.Minfo, [.. p, 0xC0, 16])]),
            Msg.Response(q, [Pointed(p, DnsType.Txt, [3, .. "abc"u8, 0, 2, 0xFF, 0]), Pointed(p, DnsType.Hinfo, [3, .. "CPU"u8, 2, .. "OS"u8]), Pointed(p, DnsType.Spf, [5, .. "v=spf"u8])]),
            Msg.Response(q, [Pointed(p, DnsType.Srv, [0, 1, 0, 2, 1, 187, .. Msg.Name("host.example.test")]), Pointed(p, DnsType.Naptr, [0, 1, 0, 2, 1, (byte)'u', 3, .. "sip"u8, 0, .. Msg.Name("x.test")])]),
            Msg.Response(q, [Pointed(p, DnsType.Afsdb, [0, 1, .. Msg.Name("afs.test")]), Pointed(p, DnsType.Rt, [0, 2, .. Msg.Name("rt.test")]), Pointed(p, DnsType.Px, [0, 1, .. Msg.Name("a.test"), .. Msg.Name("b.test")]), Pointed(p, DnsType.Rp, [.. Msg.Name("me.test"), .. Msg.Name("txt.test")]), Pointed(p, DnsType.Kx, [0, 3, .. Msg.Name("kx.test")])]),
            Msg.Response(q, [Pointed(p, DnsType.Https, [0, 1, 0, 0, 1, 0, 6, 2, .. "h2"u8, 2, .. "h3"u8, 0, 4, 0, 4, 192, 0, 2, 1, 0, 5, 0, 3, 1, 2, 3]), Pointed(p, DnsType.Svcb, [0, 0, .. Msg.Name("svc.test")])]),
            Msg.Response(q, [Pointed(p, DnsType.Dname, Msg.Name("other.test")), Pointed(p, (DnsType)65280, [1, 2, 3, 0xC0, 0xFF]), Pointed(p, DnsType.Caa, [0, 5, .. "issue"u8, .. "ca.test"u8]), Pointed(p, DnsType.Ds, [0x12, 0x34, 13, 2, .. new byte[32]])]),
            Msg.Response(q, authorities: [Pointed(p, DnsType.Nsec, [.. Msg.Name("next.example.test"), 0, 1, 0x40]), Pointed(p, DnsType.Nsec3, [1, 0, 0, 10, 2, 0xAA, 0xBB, 4, 1, 2, 3, 4, 0, 1, 0x40])]),
        ];
    }

    internal static byte[] Mutate(byte[] message, Random random)
    {
        List<byte> mutated = [.. message];
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            int at = random.Next(mutated.Count);
            switch (random.Next(7))
            {
                case 0:
                    mutated[at] = (byte)random.Next(256);
                    break;
                case 1:
                    mutated[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    mutated.RemoveRange(at, Math.Min(random.Next(1, 8), mutated.Count - at));
                    break;
                case 3:
                    mutated.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 8)));
                    break;
                case 4:
                    mutated[at] = (byte)(0xC0 | random.Next(2));
                    break;
                case 5:
                    mutated.InsertRange(at, mutated.GetRange(at, Math.Min(random.Next(1, 40), mutated.Count - at)));
                    break;
                default:
                    mutated[Math.Min(4 + random.Next(8), mutated.Count - 1)] = (byte)random.Next(4);
                    break;
            }

            if (mutated.Count == 0)
            {
                break;
            }
        }

        return [.. mutated];
    }

    private static byte[] Pointed(byte[] owner, DnsType type, byte[] data, int ttl = 300) =>
        [.. owner, .. Msg.U16((ushort)type), .. Msg.U16(1), .. Msg.U16(0), .. Msg.U16(ttl), .. Msg.U16(data.Length), .. data];
}
