using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using EbpfFirewall.Launcher.Tests.Harness;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Launcher.Tests;

/// <summary>The files under launcher/bin, and that what mirrors the specification does.</summary>
public sealed partial class CommittedProgramTests
{
    private const int MachineX64 = 62;
    private const int MachineArm64 = 183;
    private const uint ElfDynamic = 2;
    private const uint ElfInterpreter = 3;
    private const uint ElfStack = 0x6474e551;

    [Theory]
    [InlineData("x64")]
    [InlineData("arm64")]
    public void The_sums_are_those_of_the_files(string architecture)
    {
        string file = Repository.LauncherFor(architecture);
        string sum = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

        File.ReadLines(Path.Combine(Path.GetDirectoryName(file)!, "SHA256SUMS")).Should().Contain($"{sum}  {Path.GetFileName(file)}");
    }

    /// <summary>Static, with nothing both writable and executable, a stack among it.</summary>
    [Theory]
    [InlineData("x64", MachineX64)]
    [InlineData("arm64", MachineArm64)]
    public void It_needs_no_library_and_no_loader(string architecture, int machine)
    {
        byte[] elf = File.ReadAllBytes(Repository.LauncherFor(architecture));

        elf[..4].Should().Equal(0x7f, (byte)'E', (byte)'L', (byte)'F');
        BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(18)).Should().Be((ushort)machine);
        (uint Type, uint Flags)[] segments = Segments(elf);
        segments.Select(segment => segment.Type).Should().NotContain([ElfInterpreter, ElfDynamic]).And.Contain(ElfStack);
        segments.Should().OnlyContain(segment => (segment.Flags & 3) != 3);
    }

    [Fact]
    public void The_stages_are_those_of_the_header()
    {
        string header = File.ReadAllText(Path.Combine(Repository.LauncherDirectory, "launcher_abi.h"));
        Dictionary<string, int> specified = StagePattern().Matches(header).ToDictionary(
            match => match.Groups[1].Value.Replace("_", "", StringComparison.Ordinal),
            match => int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));

        var mirrored = Enum.GetValues<LauncherStage>().ToDictionary(stage => stage.ToString().ToUpperInvariant(), stage => (int)stage);

        mirrored.Should().Equal(specified);
    }

    [KernelFact]
    public async Task It_does_its_work_on_its_architecture()
    {
        using var cgroup = new TestCgroup();
        var sandbox = new Sandbox(cgroup) { Uid = Sandbox.OtherUid, Groups = "5" };

        SandboxResult result = await sandbox.ShellAsync(
            $"cat /proc/self/status /proc/self/cgroup; test -e {TestCgroup.MountPoint}/{cgroup.Name} && echo outside; echo \"$0\"");
        SandboxResult missing = await sandbox.RunAsync("efw-no-such-program");

        result.ShouldHaveRun();
        result.Field("Uid").Should().Be("54321 54321 54321 54321");
        result.Field("CapBnd").Should().Be("0000000000000000");
        result.Lines.Should().Contain($"0::/{cgroup.Name}").And.NotContain("outside");
        missing.ShouldHaveFailed(LauncherStage.NotFound, Errno.ENOENT, exitCode: 127);
    }

    /// <summary>
    /// User-mode emulation translates every call but seccomp(2), which it does not have: all steps before it are done, and
    /// without a filter nothing runs.
    /// </summary>
    [KernelTheory]
    [InlineData("x64", "qemu-x86_64-static")]
    [InlineData("arm64", "qemu-aarch64-static")]
    public async Task Emulated_it_gets_as_far_as_the_filter_and_no_further(string architecture, string emulator)
    {
        using var cgroup = new TestCgroup();
        var sandbox = new Sandbox(cgroup)
        {
            Launcher = Repository.LauncherFor(architecture),
            Before = [emulator],
            Uid = Sandbox.OtherUid,
            Groups = "5",
            Capabilities = "13",
        };

        SandboxResult result = await sandbox.RunAsync("true");

        result.ShouldHaveFailed(LauncherStage.Filter, Errno.ENOSYS);
        result.Gaps.Should().BeNull();
    }

    private static (uint Type, uint Flags)[] Segments(byte[] elf)
    {
        int offset = (int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(32));
        int size = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(54));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(56));
        return
        [
            .. Enumerable.Range(0, count).Select(index => elf.AsMemory(offset + (index * size), size)).Select(header =>
                (BinaryPrimitives.ReadUInt32LittleEndian(header.Span), BinaryPrimitives.ReadUInt32LittleEndian(header.Span[4..]))),
        ];
    }

    [GeneratedRegex(@"^\tEFW_STAGE_(\w+) = (\d+),$", RegexOptions.Multiline)]
    private static partial Regex StagePattern();
}
