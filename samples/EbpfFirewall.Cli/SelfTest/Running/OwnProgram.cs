using System.Diagnostics;

namespace EbpfFirewall.Cli.SelfTest.Running;

/// <summary>efw itself as a command.</summary>
internal static class OwnProgram
{
    /// <summary>Runs another of its verbs, with streams that are redirected.</summary>
    public static ProcessStartInfo Command(params string[] arguments)
    {
        ProcessStartInfo startInfo = Plain(arguments);
        startInfo.RedirectStandardInput = true;
        startInfo.RedirectStandardOutput = true;
        return startInfo;
    }

    public static ProcessStartInfo Plain(params string[] arguments)
    {
        string program = Environment.ProcessPath!;

        // Started as `dotnet efw.dll`, the program is the first argument.
        string[] front = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        return new ProcessStartInfo(program, [.. front, .. arguments]) { UseShellExecute = false };
    }
}
