using System.Net;
using EbpfFirewall.Decisions;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>A redirected flow: who sent it and where it was going.</summary>
/// <param name="Process">The sender.</param>
/// <param name="Attribution">How the sender was found.</param>
/// <param name="OriginalDestination">The name server that the client asked.</param>
public readonly record struct ClientFlow(ProcessIdentity Process, Attribution Attribution, IPEndPoint OriginalDestination);
