using System.Collections.Immutable;

namespace EbpfFirewall.TestKit.Dns;

/// <summary>What the scripted server sends back: by default a plain, correct NXDOMAIN.</summary>
public sealed record DnsAnswer
{
    public const int NoError = 0;
    public const int ServerFailure = 2;
    public const int NameError = 3;
    public const int Refused = 5;

    /// <summary>No answer at all.</summary>
    public static DnsAnswer Silence { get; } = new() { IsSilent = true };

    public int ResponseCode { get; init; } = NameError;

    public ImmutableArray<DnsRecord> Answers { get; init; } = [];

    public ImmutableArray<DnsRecord> Authority { get; init; } = [];

    public ImmutableArray<DnsRecord> Additional { get; init; } = [];

    /// <summary>The TC bit.</summary>
    public bool Truncated { get; init; }

    /// <summary>Added to the id of the query: not 0 makes it somebody else's answer.</summary>
    public int IdOffset { get; init; }

    /// <summary>The name in the question section; null: that of the query, as it was.</summary>
    public string? Question { get; init; }

    /// <summary>Sent instead of all of the above.</summary>
    public byte[]? Raw { get; init; }

    public bool IsSilent { get; private init; }

    /// <summary>A successful answer.</summary>
    public static DnsAnswer With(params ImmutableArray<DnsRecord> answers) =>
        new() { ResponseCode = NoError, Answers = answers };
}
