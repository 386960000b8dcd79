using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using EbpfFirewall.Decisions;
using EbpfFirewall.Dns.Proxy;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Tests.Support;

/// <summary>The host of a proxy under test: knows every client unless told otherwise, and writes down what it is told.</summary>
internal sealed class FakeHost : IClientIdentity, IAddressGrants, IDnsObserver
{
    private readonly Channel<DnsDecision> _decisions = Channel.CreateUnbounded<DnsDecision>();

    internal Func<TransportProtocols, IPEndPoint, bool> Knows { get; set; } = static (_, _) => true;

    internal Func<Grant, bool> OnGrant { get; set; } = static _ => true;

    internal ConcurrentQueue<Grant> Grants { get; } = new();

    internal static ProcessIdentity Process { get; } = new() { ProcessId = 4711, Name = "client" };

    public bool TryIdentify(TransportProtocols protocol, IPEndPoint client, out ClientFlow flow)
    {
        flow = new ClientFlow(Process, Attribution.Caller, new IPEndPoint(IPAddress.Parse("192.0.2.53"), 53));
        return Knows(protocol, client);
    }

    public bool TryGrant(NameAnswer answer, IPAddress address)
    {
        Grant grant = new(answer.Name, address, answer.Class, answer.Lifetime, answer.IsDenial);
        bool granted = OnGrant(grant);
        Grants.Enqueue(grant);
        return granted;
    }

    public void OnDecision(DnsDecision decision) => _decisions.Writer.TryWrite(decision).Should().BeTrue();

    /// <summary>The next decision: it is reported after the reply has left.</summary>
    internal async Task<DnsDecision> NextDecisionAsync()
    {
        using CancellationTokenSource timeout = new(TimeSpan.FromSeconds(20));
        return await _decisions.Reader.ReadAsync(timeout.Token);
    }
}
