using EbpfFirewall.TestKit.Commands;

namespace EbpfFirewall.TestKit.Lab;

/// <summary>The C program that makes one socket attempt of every kind (Probes/), compiled for the lab.</summary>
internal static class ProbeProgram
{
    internal static async Task<string> CompileAsync(string directory)
    {
        string program = Path.Combine(directory, "probe");
        string sources = RepositoryRoot.Combine("tests", "EbpfFirewall.TestKit", "Probes");
        CommandResult result = await CommandRunner.RunAsync(
            new Command("cc", ["-O1", "-Wall", "-Wextra", "-Werror", "-o", program, .. Directory.GetFiles(sources, "*.c")]));
        result.EnsureSuccess();
        return program;
    }
}
