using System.Net;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>What an answer says about its chain's end: the addresses it opens, how long, and whether it must be changed.</summary>
internal struct AnswerContent
{
    /// <summary>Longest service binding that is rewritten; a longer one is left out.</summary>
    internal const int MaxBindingSize = 2048;

    private const int DistinctUpTo = 64;

    private AnswerContent(uint timeToLive)
    {
        Addresses = [];
        Targets = [];
        TimeToLive = timeToLive;
    }

    /// <summary>The addresses of A and AAAA records and the hints of service bindings, each once; IPv4-mapped ones as IPv4.</summary>
    internal List<IPAddress> Addresses { get; }

    /// <summary>Targets of service bindings other than their owner, in wire form.</summary>
    internal List<byte[]> Targets { get; }

    /// <summary>The shortest TTL of aliases and records; the largest number when there are none.</summary>
    internal uint TimeToLive { get; private set; }

    /// <summary>True when service bindings lose something, so that their signatures and AD must go.</summary>
    internal bool IsRewritten { get; private set; }

    /// <summary>True when records of the type in question are left.</summary>
    internal bool HasRecords { get; private set; }

    /// <summary>Looks through a well-formed message.</summary>
    internal static AnswerContent Read(
        ReadOnlySpan<byte> message, scoped in AnswerChain chain, DnsType queryType, DnsProxyOptions options)
    {
        AnswerContent content = new(chain.TimeToLive);
        DnsReader reader = new(message);
        while (reader.TryReadRecord(out DnsRecord record) && record.Section == DnsSection.Answer)
        {
            if (!chain.Owns(record, queryType) || !record.Owner.EqualTo(chain.End))
            {
                continue;
            }

            if (QueryTypes.IsServiceBinding(record.Type))
            {
                content.AddBinding(record, options);
            }
            else
            {
                content.HasRecords |= record.CoveredType == 0 || queryType == record.Type;
            }

            content.TimeToLive = Math.Min(content.TimeToLive, record.TimeToLive);
            if (QueryTypes.IsAddress(record.Type))
            {
                content.Add(record.Data);
            }
        }

        return content;
    }

    private void AddBinding(scoped in DnsRecord record, DnsProxyOptions options)
    {
        if (options.HttpsRecords == HttpsRecordMode.Strip)
        {
            Span<byte> filtered = stackalloc byte[MaxBindingSize];
            bool kept = TryFilter(record, options, filtered, out int length);
            IsRewritten |= !kept || length != record.Data.Length;
            if (!kept)
            {
                return;
            }
        }

        // What passes although it cannot be parsed opens nothing.
        HasRecords = true;
        if (DnsServiceBinding.TryRead(record.Data, out DnsServiceBinding binding) != DnsStatus.Ok)
        {
            return;
        }

        if (!binding.Target.IsRoot && !binding.Target.EqualTo(record.Owner))
        {
            Targets.Add(binding.Target.Flat.ToArray());
        }

        ReadOnlySpan<byte> rest = binding.Parameters;
        while (DnsServiceBinding.TryReadParameter(ref rest, out DnsServiceParameter key, out ReadOnlySpan<byte> value))
        {
            int size = key switch { DnsServiceParameter.Ipv4Hint => 4, DnsServiceParameter.Ipv6Hint => 16, _ => 0 };
            for (; size > 0 && !value.IsEmpty; value = value[size..])
            {
                Add(value[..size]);
            }
        }
    }

    /// <summary>Filters a service binding into <paramref name="destination"/> (<see cref="MaxBindingSize"/> octets).</summary>
    internal static bool TryFilter(scoped in DnsRecord record, DnsProxyOptions options, Span<byte> destination, out int length)
    {
        length = 0;
        return record.Data.Length <= destination.Length
            && ServiceBindingFilter.TryFilter(record.Data, options.RemoveHttp3, destination, out length);
    }

    private readonly void Add(ReadOnlySpan<byte> octets)
    {
        IPAddress address = new(octets);
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

        // Doubles are rare and harmless; looking for them must not cost the square of a long answer.
        if (Addresses.Count >= DistinctUpTo || !Addresses.Contains(address))
        {
            Addresses.Add(address);
        }
    }
}
