using System.Runtime.CompilerServices;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>
/// The names that an answer leads through: the question, then the target of each alias of the answer section, whatever the
/// order of the records. Only records that belong to one of these names count.
/// </summary>
internal ref struct AnswerChain
{
    /// <summary>The question and sixteen aliases; real zones stay below ten.</summary>
    internal const int MaxNames = 17;

    /// <summary>Octets that the names may need.</summary>
    internal const int StorageSize = MaxNames * NameCodec.MaxLength;

    private readonly Span<byte> _storage;
    private Lengths _lengths;

    private AnswerChain(Span<byte> storage, ReadOnlySpan<byte> question)
    {
        _storage = storage;
        question.CopyTo(storage);
        _lengths[0] = (byte)question.Length;
        Count = 1;
        TimeToLive = uint.MaxValue;
    }

    /// <summary>Number of names.</summary>
    internal int Count { get; private set; }

    /// <summary>The shortest TTL among the aliases; the largest number without one.</summary>
    internal uint TimeToLive { get; private set; }

    /// <summary>A name in wire form; 0 is the question.</summary>
    internal readonly ReadOnlySpan<byte> this[int index] => _storage.Slice(index * NameCodec.MaxLength, _lengths[index]);

    /// <summary>The name that the answer is about in the end.</summary>
    internal readonly ReadOnlySpan<byte> End => this[Count - 1];

    /// <summary>Follows the aliases of a well-formed message.</summary>
    /// <returns>False when they run in a circle or too far.</returns>
    internal static bool TryFollow(ReadOnlySpan<byte> message, ReadOnlySpan<byte> question, Span<byte> storage, out AnswerChain chain)
    {
        chain = new AnswerChain(storage, question);
        bool moved;
        do
        {
            moved = false;
            DnsReader reader = new(message);
            while (reader.TryReadRecord(out DnsRecord record) && record.Section == DnsSection.Answer)
            {
                if (record.Class != DnsClass.In || !chain.LeadsOn(record))
                {
                    continue;
                }

                if (!chain.TryAdd(record))
                {
                    return false;
                }

                moved = true;
            }
        }
        while (moved);

        return true;
    }

    /// <summary>True for a record that belongs to the chain's end, or that is a link of the chain: an alias, or a signature over one.</summary>
    internal readonly bool Owns(scoped in DnsRecord record, DnsType queryType)
    {
        if (record.Class != DnsClass.In)
        {
            return false;
        }

        DnsType type = record.CoveredType == 0 || queryType == record.Type ? record.Type : record.CoveredType;
        if ((type == queryType || queryType == DnsType.Any) && record.Owner.EqualTo(End))
        {
            return true;
        }

        for (int i = 0; i < Count - 1; i++)
        {
            if (type == DnsType.Cname && record.Owner.EqualTo(this[i])
                && (record.Type != DnsType.Cname || record.Name.EqualTo(this[i + 1])))
            {
                return true;
            }

            if (type == DnsType.Dname && IsBelow(this[i], record.Owner))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsBelow(ReadOnlySpan<byte> name, DnsName ancestor)
    {
        _ = DnsName.TryCreate(name, out DnsName below);
        Span<byte> flat = stackalloc byte[NameCodec.MaxLength];
        return ancestor.Length < below.Length && below.IsAtOrBelow(flat[..ancestor.CopyTo(flat)]);
    }

    private readonly bool LeadsOn(scoped in DnsRecord record) => record.Type switch
    {
        DnsType.Cname => record.Owner.EqualTo(End),
        DnsType.Dname => IsBelow(End, record.Owner),
        _ => false,
    };

    private bool TryAdd(scoped in DnsRecord record)
    {
        if (Count == MaxNames)
        {
            return false;
        }

        // A DNAME puts its target in place of its owner at the end of the name (RFC 6672 section 2.2).
        ReadOnlySpan<byte> end = End;
        int kept = record.Type == DnsType.Dname ? end.Length - record.Owner.Length : 0;
        int length = kept + record.Name.Length;
        if (length > NameCodec.MaxLength)
        {
            return false;
        }

        Span<byte> target = _storage.Slice(Count * NameCodec.MaxLength, length);
        end[..kept].CopyTo(target);
        _ = record.Name.CopyTo(target[kept..]);
        for (int i = 0; i < Count; i++)
        {
            if (NameCodec.EqualFolded(this[i], target))
            {
                return false;
            }
        }

        _lengths[Count] = (byte)length;
        Count++;
        TimeToLive = Math.Min(TimeToLive, record.TimeToLive);
        return true;
    }

    [InlineArray(MaxNames)]
    private struct Lengths
    {
        private byte _first;
    }
}
