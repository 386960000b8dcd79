using System.Net;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>What <see cref="AnswerJudge"/> made of an answer.</summary>
/// <param name="Kind">What becomes of it.</param>
/// <param name="Verdict">The verdict, as far as the answer changed it.</param>
/// <param name="Length">Octets of the reply in the scratch buffer.</param>
/// <param name="Code">Response code of the reply.</param>
/// <param name="Addresses">What was granted.</param>
internal readonly record struct AnswerResult(
    AnswerKind Kind,
    QueryVerdict Verdict,
    int Length,
    DnsResponseCode Code,
    List<IPAddress> Addresses)
{
    internal static AnswerResult Of(AnswerKind kind, QueryVerdict verdict = default) => new(kind, verdict, 0, DnsResponseCode.NoError, []);
}
