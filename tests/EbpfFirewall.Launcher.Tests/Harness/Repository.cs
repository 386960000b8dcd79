using System.Runtime.InteropServices;

namespace EbpfFirewall.Launcher.Tests.Harness;

/// <summary>Where the committed launcher is.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string LauncherDirectory { get; } = Path.Combine(Root, "launcher");

    /// <summary>The launcher for this machine.</summary>
    public static string Launcher { get; } = LauncherFor(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64");

    public static string LauncherFor(string architecture) => Path.Combine(LauncherDirectory, "bin", $"efw-launcher-{architecture}");

    private static string FindRoot()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "EbpfFirewall.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return directory ?? throw new InvalidOperationException($"No EbpfFirewall.sln above {AppContext.BaseDirectory}.");
    }
}
