using System.Net;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Tests.Support;

internal sealed record Grant(string Name, IPAddress Address, TermClass Class, TimeSpan Lifetime, bool IsDenial = false);
