using System.Net;

namespace EbpfFirewall.Policies;

/// <summary>
/// A network with its class. The class already holds the terms of every enclosing network behind its own, so
/// that one longest-prefix look-up is the whole answer.
/// </summary>
/// <param name="Network">The network; IPv4 ones as IPv4, never mapped.</param>
/// <param name="Class">What is said about it.</param>
public readonly record struct CompiledNetwork(IPNetwork Network, TermClass Class);
