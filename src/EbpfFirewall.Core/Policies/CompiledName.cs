namespace EbpfFirewall.Policies;

/// <summary>
/// A name of a rule with its classes. They already hold the terms of every shorter suffix behind their own, so that one longest-suffix
/// look-up is the whole answer.
/// </summary>
/// <param name="Name">The name in A-labels, lower case, no trailing dot.</param>
/// <param name="Self">What is said about the name itself.</param>
/// <param name="Below">What is said about the names below it that no longer suffix speaks of.</param>
public readonly record struct CompiledName(string Name, TermClass Self, TermClass Below);
