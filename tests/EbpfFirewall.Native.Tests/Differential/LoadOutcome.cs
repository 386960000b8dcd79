namespace EbpfFirewall.Native.Tests.Differential;

/// <summary>What became of one object in one loader.</summary>
/// <param name="IsLoaded">The kernel has it.</param>
/// <param name="IsDefect">The loader crashed or did not come back.</param>
/// <param name="Message">Why not, in the loader's words, on one line.</param>
internal sealed record LoadOutcome(bool IsLoaded, bool IsDefect, string Message)
{
    /// <summary>True when this library says that it does not do this, rather than that it cannot.</summary>
    internal bool IsDeclined => Message.Contains("is not supported", StringComparison.Ordinal);
}
