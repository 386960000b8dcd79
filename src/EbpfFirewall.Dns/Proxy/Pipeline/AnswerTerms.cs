using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>What the reply to an allowed question has to keep to.</summary>
/// <param name="Code">Response code.</param>
/// <param name="MaxTtl">Seconds that no record may outlive: what was granted.</param>
/// <param name="Options">Settings.</param>
internal readonly record struct AnswerTerms(DnsResponseCode Code, uint MaxTtl, DnsProxyOptions Options)
{
    internal bool StripsBindings => Options.HttpsRecords == HttpsRecordMode.Strip;
}
