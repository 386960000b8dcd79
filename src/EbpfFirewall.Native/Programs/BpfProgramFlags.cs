namespace EbpfFirewall.Native;

/// <summary><c>BPF_F_*</c> of program loading.</summary>
[Flags]
public enum BpfProgramFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The verifier checks alignment strictly.</summary>
    StrictAlignment = 1 << 0,

    /// <summary>The verifier does not check alignment.</summary>
    AnyAlignment = 1 << 1,

    /// <summary>For tests of the verifier.</summary>
    TestRandomHigh32 = 1 << 2,

    /// <summary>For tests of the verifier.</summary>
    TestStateFrequency = 1 << 3,

    /// <summary>The program may sleep.</summary>
    Sleepable = 1 << 4,

    /// <summary>XDP: the program knows about fragments.</summary>
    XdpHasFragments = 1 << 5,

    /// <summary>XDP: bound to a device.</summary>
    XdpDeviceBound = 1 << 6,

    /// <summary>For tests of the verifier.</summary>
    TestRegisterInvariants = 1 << 7,

    /// <summary>A BPF token is given.</summary>
    TokenFd = 1 << 16,
}
