namespace EbpfFirewall.Native;

/// <summary>The answer of a feature probe. "Not allowed" is not "no": another process on the same kernel may be told yes.</summary>
public enum FeatureSupport
{
    /// <summary>The probe met an error that says neither.</summary>
    Unknown,

    /// <summary>The kernel has it and let this process use it.</summary>
    Yes,

    /// <summary>The kernel does not have it.</summary>
    No,

    /// <summary>The kernel refused this process before the question came up: capabilities, lockdown or a security module.</summary>
    NotAllowed,
}
