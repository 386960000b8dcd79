namespace EbpfFirewall;

/// <summary>Every error code. Each has a page <c>docs/errors/EFWnnnn.md</c>; a retired one is never used again.</summary>
/// <remarks>00xx policy, 01xx environment and kernel, 02xx sandbox and launcher, 03xx DNS proxy.</remarks>
public static class ErrorCodes
{
    /// <summary>The policy has errors.</summary>
    public const string PolicyInvalid = "EFW0001";

    /// <summary>No name server to ask.</summary>
    public const string DnsNoUpstream = "EFW0301";

    /// <summary>No listener could be opened for clients.</summary>
    public const string DnsListenerFailed = "EFW0302";
}
