namespace EbpfFirewall.Native.CoRe;

/// <summary><c>enum bpf_core_relo_kind</c>.</summary>
internal enum CoreRelocationKind
{
    /// <summary>Offset of a field.</summary>
    FieldByteOffset = 0,

    /// <summary>Size of a field.</summary>
    FieldByteSize = 1,

    /// <summary>Whether a field is there.</summary>
    FieldExists = 2,

    /// <summary>Whether a field is signed.</summary>
    FieldSigned = 3,

    /// <summary>Shift that brings a bitfield to the top of 64 bits.</summary>
    FieldLeftShift = 4,

    /// <summary>Shift that brings it down again.</summary>
    FieldRightShift = 5,

    /// <summary>Id in the object's own BTF.</summary>
    TypeIdLocal = 6,

    /// <summary>Id in the kernel's BTF.</summary>
    TypeIdTarget = 7,

    /// <summary>Whether a type is there.</summary>
    TypeExists = 8,

    /// <summary>Size of a type.</summary>
    TypeSize = 9,

    /// <summary>Whether an enumerator is there.</summary>
    EnumeratorExists = 10,

    /// <summary>Value of an enumerator.</summary>
    EnumeratorValue = 11,

    /// <summary>Whether a type is there and has the same shape.</summary>
    TypeMatches = 12,
}
