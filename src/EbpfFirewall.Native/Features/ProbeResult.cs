namespace EbpfFirewall.Native.Features;

/// <summary>What the kernel said to a small program: 0 or an error, and the verifier's log.</summary>
internal readonly record struct ProbeResult(Errno Error, string Log);
