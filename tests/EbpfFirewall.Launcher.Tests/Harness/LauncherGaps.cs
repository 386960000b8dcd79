namespace EbpfFirewall.Launcher.Tests.Harness;

/// <summary>Mirror of the <c>EFW_GAP_</c> bits (launcher/launcher_abi.h): what a kernel cannot enforce.</summary>
[Flags]
internal enum LauncherGaps
{
    None = 0,
    Trace = 1,
    Signal = 2,
    Abstract = 4,
}
