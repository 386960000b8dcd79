namespace EbpfFirewall.Native;

/// <summary>BTF_KIND_*: what a type of BPF type information is.</summary>
public enum BtfKind
{
    /// <summary><c>void</c>, type 0.</summary>
    Void = 0,

    /// <summary>Integer, <c>char</c> and <c>bool</c> included.</summary>
    Integer = 1,

    /// <summary>Pointer.</summary>
    Pointer = 2,

    /// <summary>Array.</summary>
    Array = 3,

    /// <summary>Structure.</summary>
    Struct = 4,

    /// <summary>Union.</summary>
    Union = 5,

    /// <summary>Enumeration of up to 32 bits.</summary>
    Enum = 6,

    /// <summary>Forward declaration.</summary>
    Forward = 7,

    /// <summary>typedef.</summary>
    Typedef = 8,

    /// <summary>volatile.</summary>
    Volatile = 9,

    /// <summary>const.</summary>
    Const = 10,

    /// <summary>restrict.</summary>
    Restrict = 11,

    /// <summary>Function.</summary>
    Function = 12,

    /// <summary>Function prototype.</summary>
    FunctionPrototype = 13,

    /// <summary>Variable.</summary>
    Variable = 14,

    /// <summary>Data section: variables with their places.</summary>
    DataSection = 15,

    /// <summary>Floating point.</summary>
    Float = 16,

    /// <summary>Tag on a declaration.</summary>
    DeclarationTag = 17,

    /// <summary>Tag on a type.</summary>
    TypeTag = 18,

    /// <summary>Enumeration of 64 bits.</summary>
    Enum64 = 19,
}
