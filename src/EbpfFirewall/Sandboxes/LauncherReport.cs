using System.Runtime.InteropServices;

namespace EbpfFirewall.Sandboxes;

/// <summary>Mirror of <c>struct efw_launcher_report</c> (launcher/launcher_abi.h): a step that failed with its errno, or <c>Confined</c> with the gaps.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct LauncherReport(LauncherStage Stage, int Value)
{
    public SandboxStartException ToException(string program)
    {
        string cause = Marshal.GetPInvokeErrorMessage(Value);
        return Stage switch
        {
            LauncherStage.NotFound => new SandboxStartException(
                ErrorCodes.CommandNotFound,
                $"there is no command '{program}': {cause}. Give its path, or check the PATH it is looked up in.",
                exitCode: 127),
            LauncherStage.NotExecutable => new SandboxStartException(
                ErrorCodes.CommandNotExecutable,
                $"'{program}' cannot be executed: {cause}. It must be a program, or a script that starts with #!, and executable for the user it runs as.",
                exitCode: 126),
            LauncherStage.Stdio => new SandboxStartException(
                ErrorCodes.LauncherFailed,
                "standard input, output and error must be files, terminals, pipes or connected unix sockets (streams): another kind of descriptor would be a way out of the sandbox.",
                exitCode: 125),
            LauncherStage.Status => new SandboxStartException(
                ErrorCodes.LauncherFailed,
                "the launcher ended before it could enter the sandbox; if it printed a reason, it stands on standard error.",
                exitCode: 125),
            LauncherStage.KeepCapabilities => new SandboxStartException(
                ErrorCodes.LauncherFailed,
                $"a capability cannot be kept, because this process does not hold it itself: {cause}. Start it with that capability, or do without.",
                exitCode: 125),
            LauncherStage.Filter => new SandboxStartException(
                ErrorCodes.LauncherFailed,
                $"the kernel takes no system call filter (seccomp): {cause}. It needs CONFIG_SECCOMP_FILTER, and no emulator of another machine in between.",
                exitCode: 125),
            LauncherStage.WorkingDirectory => new SandboxStartException(
                ErrorCodes.LauncherFailed,
                $"the working directory is gone, or the user of the command may not enter it: {cause}. Change to another directory, or choose the user with --user.",
                exitCode: 125),
            _ => new SandboxStartException(
                ErrorCodes.LauncherFailed,
                $"the sandbox could not be entered: step {(uint)Stage} failed: {cause}. docs/errors/{ErrorCodes.LauncherFailed}.md lists the steps.",
                exitCode: 125),
        };
    }
}
