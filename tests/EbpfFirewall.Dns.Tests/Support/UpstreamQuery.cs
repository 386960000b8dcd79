using System.Net;
using EbpfFirewall.Dns.Wire;

namespace EbpfFirewall.Dns.Tests.Support;

/// <summary>What reached the fake upstream.</summary>
internal sealed record UpstreamQuery(byte[] Message, IPEndPoint Client, bool IsTcp)
{
    internal string Name => Msg.QuestionName(Message);

    internal DnsType Type => Msg.QuestionType(Message);

    internal byte[] Reply(params byte[][] answers) => Msg.Response(Message, answers);
}
