namespace EbpfFirewall.Native;

/// <summary><c>enum bpf_map_type</c>.</summary>
public enum BpfMapType
{
    /// <summary>No type.</summary>
    Unspecified = 0,

    /// <summary>Hash table.</summary>
    Hash = 1,

    /// <summary>Array with u32 keys.</summary>
    Array = 2,

    /// <summary>Programs for tail calls.</summary>
    ProgramArray = 3,

    /// <summary>perf events, one a CPU.</summary>
    PerfEventArray = 4,

    /// <summary>Hash table with one value a CPU.</summary>
    PerCpuHash = 5,

    /// <summary>Array with one value a CPU.</summary>
    PerCpuArray = 6,

    /// <summary>Stack traces.</summary>
    StackTrace = 7,

    /// <summary>Cgroups, for membership tests.</summary>
    CgroupArray = 8,

    /// <summary>Hash table that forgets what was used least recently.</summary>
    LruHash = 9,

    /// <summary>The same with one value a CPU.</summary>
    LruPerCpuHash = 10,

    /// <summary>Longest-prefix match.</summary>
    LpmTrie = 11,

    /// <summary>Array of maps.</summary>
    ArrayOfMaps = 12,

    /// <summary>Hash table of maps.</summary>
    HashOfMaps = 13,

    /// <summary>Network devices, for XDP.</summary>
    DevMap = 14,

    /// <summary>Sockets by index.</summary>
    SockMap = 15,

    /// <summary>CPUs, for XDP.</summary>
    CpuMap = 16,

    /// <summary>AF_XDP sockets.</summary>
    XskMap = 17,

    /// <summary>Sockets by key.</summary>
    SockHash = 18,

    /// <summary>Storage of a (cgroup, program) pair; superseded by CgroupLocalStorage.</summary>
    CgroupStorage = 19,

    /// <summary>Sockets of a reuseport group.</summary>
    ReuseportSockArray = 20,

    /// <summary>CgroupStorage with one value a CPU.</summary>
    PerCpuCgroupStorage = 21,

    /// <summary>First in, first out.</summary>
    Queue = 22,

    /// <summary>Last in, first out.</summary>
    Stack = 23,

    /// <summary>Storage that lives with a socket.</summary>
    SkStorage = 24,

    /// <summary>Network devices by key.</summary>
    DevMapHash = 25,

    /// <summary>Implementation of a kernel structure of functions.</summary>
    StructOps = 26,

    /// <summary>Ring buffer from programs to user space.</summary>
    RingBuffer = 27,

    /// <summary>Storage that lives with an inode.</summary>
    InodeStorage = 28,

    /// <summary>Storage that lives with a task.</summary>
    TaskStorage = 29,

    /// <summary>Bloom filter.</summary>
    BloomFilter = 30,

    /// <summary>Ring buffer from user space to programs.</summary>
    UserRingBuffer = 31,

    /// <summary>Storage that lives with a cgroup.</summary>
    CgroupLocalStorage = 32,

    /// <summary>Memory shared with user space.</summary>
    Arena = 33,

    /// <summary>Instruction addresses, for jump tables.</summary>
    InstructionArray = 34,
}
