namespace EbpfFirewall.Policies.Rules;

/// <summary>What a rule speaks of: one of the kinds below, and no other.</summary>
internal abstract record RuleTarget
{
    private RuleTarget()
    {
    }

    /// <summary>Names.</summary>
    /// <param name="Text">The name in A-labels, lower case, no trailing dot.</param>
    /// <param name="Scope">Which of the names at and below it.</param>
    internal sealed record Name(string Text, NameScope Scope) : RuleTarget
    {
        public override string ToString() => Scope switch
        {
            NameScope.Exact => "=" + Text,
            NameScope.Below => "*." + Text,
            _ => Text,
        };
    }

    /// <summary>An address or a network.</summary>
    internal sealed record Network(AddressPrefix Prefix) : RuleTarget
    {
        public override string ToString() => Prefix.ToString();
    }

    /// <summary>Unix sockets.</summary>
    /// <param name="Text">The path, or the abstract name without its leading zero; where there are more behind it, what they begin with.</param>
    /// <param name="IsAbstract">Whether it is an abstract name.</param>
    /// <param name="IsBelow">Whether the rule speaks of what begins with the text, instead of the text itself.</param>
    internal sealed record UnixSocket(string Text, bool IsAbstract, bool IsBelow) : RuleTarget
    {
        public override string ToString() => $"unix:{(IsAbstract ? "@" : "")}{Text}{(IsBelow ? "**" : "")}";
    }

    /// <summary>Listeners on this host.</summary>
    internal sealed record Loopback : RuleTarget
    {
        public override string ToString() => "loopback";
    }
}
