using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>A name that an allowed answer led to.</summary>
/// <param name="Policy">The policy under which it did; under another one it counts for nothing.</param>
/// <param name="Class">The class of the name that led there.</param>
/// <param name="RuleIndex">The rule that allowed that name.</param>
/// <param name="WireOrigin">That name, in wire form.</param>
/// <param name="Expiry">Time stamp at which it ends.</param>
internal readonly record struct DerivedName(INamePolicy Policy, TermClass Class, int RuleIndex, byte[] WireOrigin, long Expiry);
