using EbpfFirewall.Policies;

namespace EbpfFirewall.Dns.Proxy;

/// <summary>An answer that opens addresses, or one for a denied name, which closes them.</summary>
/// <param name="Name">The name that led there: lower case, no trailing dot.</param>
/// <param name="WireOrigin">
/// The name whose rules say what is open, in wire form: the same name, or the one that it was an alias of. By it a host can tell what
/// another policy would say.
/// </param>
/// <param name="Class">What is open, by the policy that judged the question.</param>
/// <param name="Lifetime">For how long.</param>
public sealed record NameAnswer(string Name, byte[] WireOrigin, TermClass Class, TimeSpan Lifetime)
{
    /// <summary>The name is denied; its class, if it has one, says so about the addresses.</summary>
    /// <value>Default: false.</value>
    public bool IsDenial { get; init; }
}
