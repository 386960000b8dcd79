using System.Net;
using EbpfFirewall.Decisions;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>A redirected flow: who sent it and where it was going.</summary>
/// <param name="Process">The sender.</param>
/// <param name="Attribution">How the sender was found.</param>
/// <param name="OriginalDestination">The name server that the client asked.</param>
public readonly record struct ClientFlow(ProcessIdentity Process, Attribution Attribution, IPEndPoint OriginalDestination)
{
    /// <summary>
    /// Those of the paths in <see cref="FirewallPolicy.Executables"/> that the sender's program is. Null, the default: it is not known; rules for
    /// one program then deny it, and do not allow it.
    /// </summary>
    public IReadOnlyCollection<string>? Executables { get; init; }
}
