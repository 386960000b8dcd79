namespace EbpfFirewall.Policies;

/// <summary>
/// One line of a compiled class: "these ports of these protocols: this verdict". The first term of a class that
/// matches decides; when none matches, the class says nothing and the next stage is asked.
/// </summary>
/// <param name="FirstPort">Lowest port, host order.</param>
/// <param name="LastPort">Highest port, host order, inclusive.</param>
/// <param name="Protocols">The transports it applies to.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="RuleIndex">Index into <see cref="FirewallPolicy.Rules"/>; -1 for a built-in.</param>
/// <param name="ExecutableIndex">Index into <see cref="FirewallPolicy.Executables"/> of the program that it is for; -1: every program.</param>
/// <param name="IsLimited">True when its rule has limits (<see cref="FirewallPolicy.Limits"/>).</param>
public readonly record struct PolicyTerm(
    ushort FirstPort,
    ushort LastPort,
    TransportProtocols Protocols,
    TermVerdict Verdict,
    int RuleIndex,
    int ExecutableIndex = -1,
    bool IsLimited = false);
