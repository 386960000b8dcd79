using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>
/// One client's query on its way. Pooled. Exactly one owner at any time: the listener that read it, then the channel it
/// waits in, then whoever took it out of there.
/// </summary>
internal sealed class Query
{
    private readonly byte[] _name = new byte[NameCodec.MaxLength];
    private int _nameLength;

    /// <summary>Where the reply goes.</summary>
    internal IReplySink Sink { get; set; } = NoSink.Instance;

    /// <summary>The UDP client's address; its buffer is reused.</summary>
    internal SocketAddress ClientAddress { get; } = new(AddressFamily.InterNetworkV6);

    internal ClientFlow Flow { get; set; }

    internal ushort Id { get; set; }

    internal DnsFlags Flags { get; set; }

    internal DnsType Type { get; set; }

    internal DnsClass Class { get; set; }

    /// <summary>True when the client sent an OPT record; then the reply has one too.</summary>
    internal bool HasEdns { get; set; }

    internal DnsEdns Edns { get; set; }

    internal QueryVerdict Verdict { get; set; }

    /// <summary>The policy that decided; the answer is judged by the same one.</summary>
    internal INamePolicy? Policy { get; set; }

    /// <summary>The name is denied and looked up all the same, to learn which addresses to close.</summary>
    internal bool IsLesson { get; set; }

    /// <summary>The name as the client wrote it, in wire form.</summary>
    internal ReadOnlySpan<byte> Name => _name.AsSpan(0, _nameLength);

    /// <summary>The name in wire form as a reader sees it; empty before parsing.</summary>
    internal DnsName WireName
    {
        get
        {
            _ = DnsName.TryCreate(Name, out DnsName name);
            return name;
        }
    }

    internal bool WantsDnssec => HasEdns && Edns.DnssecOk;

    // Of the upstream side:

    internal UpstreamServer? Server { get; set; }

    internal ushort UpstreamId { get; set; }

    /// <summary>True while the query counts among those that wait for an upstream.</summary>
    internal bool IsPending { get; set; }

    /// <summary>True when the query went out with our OPT record.</summary>
    internal bool SentEdns { get; set; }

    internal bool AvoidEdns { get; set; }

    /// <summary>Attempts that ended at once, by an error or an unusable answer.</summary>
    internal int Failures { get; set; }

    /// <summary>Time stamp at which the client gets SERVFAIL.</summary>
    internal long Deadline { get; set; }

    /// <summary>Time stamp at which this attempt is given up.</summary>
    internal long AttemptDeadline { get; set; }

    /// <summary>The reason of the last failure, for the event when it was the last attempt.</summary>
    internal DecisionReason FailureReason { get; set; }

    internal void SetName(DnsName name) => _nameLength = name.CopyTo(_name);

    internal void SetClientAddress(SocketAddress source)
    {
        source.Buffer.Span[..source.Size].CopyTo(ClientAddress.Buffer.Span);
        ClientAddress.Size = source.Size;
    }

    internal void Reset()
    {
        _nameLength = 0;
        Sink = NoSink.Instance;
        Flow = default;
        Id = 0;
        Flags = 0;
        Type = 0;
        Class = 0;
        HasEdns = false;
        Edns = default;
        Verdict = default;
        Policy = null;
        IsLesson = false;
        Server = null;
        UpstreamId = 0;
        IsPending = false;
        SentEdns = false;
        AvoidEdns = false;
        Failures = 0;
        Deadline = 0;
        AttemptDeadline = 0;
        FailureReason = DecisionReason.None;
    }
}
