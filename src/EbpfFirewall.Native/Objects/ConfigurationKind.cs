namespace EbpfFirewall.Native.Objects;

/// <summary>What a variable of <c>.kconfig</c> can hold, as its C type says.</summary>
internal enum ConfigurationKind
{
    /// <summary>bool: <c>y</c> or <c>n</c>.</summary>
    Boolean,

    /// <summary><c>enum libbpf_tristate</c>: 0 no, 1 yes, 2 module.</summary>
    Tristate,

    /// <summary>char: the letter y, n or m, or a small number.</summary>
    Character,

    /// <summary>An integer of 2, 4 or 8 bytes.</summary>
    Integer,

    /// <summary>An array of char.</summary>
    Text,
}
