namespace EbpfFirewall.Policies;

/// <summary>A rule about unix sockets.</summary>
/// <param name="Text">A canonical absolute path, or an abstract name without its leading zero; with <paramref name="IsBelow"/> what they begin with.</param>
/// <param name="IsAbstract">True for abstract names, false for paths.</param>
/// <param name="IsBelow">True where the rule speaks of everything that begins with the text, but not of the text itself.</param>
/// <param name="Action">Allow or deny.</param>
/// <param name="RuleIndex">Index into <see cref="FirewallPolicy.Rules"/>.</param>
public readonly record struct CompiledUnixRule(string Text, bool IsAbstract, bool IsBelow, RuleAction Action, int RuleIndex)
{
    /// <summary>Whether the rule speaks of a socket.</summary>
    /// <param name="name">A canonical absolute path, or an abstract name without its leading zero.</param>
    /// <param name="isAbstract">Which of the two it is.</param>
    public bool Matches(string name, bool isAbstract)
    {
        ArgumentNullException.ThrowIfNull(name);
        return isAbstract == IsAbstract
            && (IsBelow ? name.Length > Text.Length && name.StartsWith(Text, StringComparison.Ordinal) : name == Text);
    }
}
