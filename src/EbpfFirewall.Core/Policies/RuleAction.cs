namespace EbpfFirewall.Policies;

/// <summary>What a rule does with what it matches.</summary>
public enum RuleAction : byte
{
    /// <summary>Denies it.</summary>
    Deny = 0,

    /// <summary>Allows it.</summary>
    Allow = 1,
}
