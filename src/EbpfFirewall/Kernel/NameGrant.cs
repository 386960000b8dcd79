namespace EbpfFirewall.Kernel;

/// <summary>Why a name opens an address.</summary>
/// <param name="ExpiresNs">Until when, CLOCK_BOOTTIME.</param>
/// <param name="WireOrigin">The name whose rules say what is open, in wire form: the name itself, or the one whose alias it is.</param>
internal readonly record struct NameGrant(ulong ExpiresNs, byte[] WireOrigin);
