namespace EbpfFirewall.Native;

/// <summary><c>BPF_F_*</c> of map creation.</summary>
[Flags]
public enum BpfMapFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Elements are allocated as they come; required by tries and local storages.</summary>
    NoPreallocation = 1 << 0,

    /// <summary>One LRU list a CPU.</summary>
    NoCommonLru = 1 << 1,

    /// <summary><c>NumaNode</c> is set.</summary>
    NumaNode = 1 << 2,

    /// <summary>User space may only read.</summary>
    ReadOnly = 1 << 3,

    /// <summary>User space may only write.</summary>
    WriteOnly = 1 << 4,

    /// <summary>Stack traces as build ids.</summary>
    StackBuildId = 1 << 5,

    /// <summary>Hash without a random seed; for tests.</summary>
    ZeroSeed = 1 << 6,

    /// <summary>Programs may only read.</summary>
    ReadOnlyProgram = 1 << 7,

    /// <summary>Programs may only write.</summary>
    WriteOnlyProgram = 1 << 8,

    /// <summary>Socket storage is copied to accepted sockets.</summary>
    Clone = 1 << 9,

    /// <summary>User space may map the values of an array into its memory.</summary>
    Mmapable = 1 << 10,

    /// <summary>perf events survive their descriptor.</summary>
    PreserveElements = 1 << 11,

    /// <summary>An inner map that may differ in the number of entries from its template.</summary>
    InnerMap = 1 << 12,

    /// <summary>Made by a struct_ops link.</summary>
    Link = 1 << 13,

    /// <summary>The path is relative to a descriptor.</summary>
    PathFd = 1 << 14,

    /// <summary><c>value_type_btf_obj_fd</c> is set.</summary>
    ValueTypeBtfFd = 1 << 15,

    /// <summary>A BPF token is given.</summary>
    TokenFd = 1 << 16,

    /// <summary>Arena: touching an absent page is a fault.</summary>
    SegvOnFault = 1 << 17,

    /// <summary>Arena: pointers are not converted.</summary>
    NoUserConversion = 1 << 18,
}
