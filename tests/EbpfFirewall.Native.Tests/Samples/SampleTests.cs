using System.Diagnostics;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Samples;

public sealed class SampleTests
{
    private static readonly string Folder = RepositoryRoot.Combine("samples", "PacketsPerCgroup");

    [Theory]
    [InlineData("packets.bpf.c")]
    [InlineData("Program.cs")]
    public void The_package_shows_the_sample_as_it_is(string file)
    {
        string readme = File.ReadAllText(RepositoryRoot.Combine("src", "EbpfFirewall.Native", "README.md"));

        readme.Should().Contain(File.ReadAllText(Path.Combine(Folder, file)));
    }

    [KernelFact]
    public void The_sample_counts_the_packets_of_each_cgroup()
    {
        using TestCgroup cgroup = new("sample");
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("efw-native-sample");
        string compiled = Path.Combine(temporary.FullName, "packets.bpf.o");
        Compile(compiled);
        string program = RepositoryRoot.Combine("artifacts", "bin", "PacketsPerCgroup", RepositoryRoot.Configuration, "PacketsPerCgroup.dll");
        ProcessStartInfo start = new("dotnet", [program, compiled, cgroup.Cgroup.Path]) { RedirectStandardInput = true, RedirectStandardOutput = true };

        using Process sample = Process.Start(start)!;
        string? ready = sample.StandardOutput.ReadLine();
        cgroup.Run("for i in 1 2 3; do echo x > /dev/udp/127.0.0.1/9; done");
        sample.StandardInput.WriteLine();
        string counts = sample.StandardOutput.ReadToEnd();
        sample.WaitForExit();
        temporary.Delete(recursive: true);

        ready.Should().Be("counting");
        counts.Trim().Should().Be($"3 {cgroup.Cgroup.Path}");
        sample.ExitCode.Should().Be(0);
    }

    private static void Compile(string output)
    {
        string triplet = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64
            ? "aarch64-linux-gnu"
            : "x86_64-linux-gnu";
        string[] arguments = ["-O2", "-g", "-target", "bpf", $"-I/usr/include/{triplet}", "-c", Path.Combine(Folder, "packets.bpf.c"), "-o", output];
        using Process clang = Process.Start("clang-19", arguments);
        clang.WaitForExit();
        clang.ExitCode.Should().Be(0, "libbpf-dev has the headers");
    }
}
