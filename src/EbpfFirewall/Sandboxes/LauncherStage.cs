namespace EbpfFirewall.Sandboxes;

/// <summary>Mirror of <c>enum efw_launcher_stage</c> (launcher/launcher_abi.h), as far as messages tell them apart.</summary>
internal enum LauncherStage : uint
{
    Stdio = 11,
    Status = 12,
    CgroupOpen = 20,
    CgroupJoin = 21,
    KeepCapabilities = 39,
    WorkingDirectory = 47,
    Filter = 62,
    Listening = 68,
    Confined = 69,
    NotFound = 70,
    NotExecutable = 71,
}
