namespace EbpfFirewall.Decisions;

/// <summary>What was decided. Zero is deny, so that memory nobody wrote denies.</summary>
public enum Verdict : byte
{
    /// <summary>Stopped.</summary>
    Deny = 0,

    /// <summary>Let through.</summary>
    Allow = 1,
}
