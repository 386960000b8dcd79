using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EbpfFirewall.Native.Interop;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Abi;

/// <summary>
/// Numbers and layouts that are handed to the kernel, compared by a C compiler for both architectures: layouts with the types of the
/// running kernel, the rest with the headers of the system.
/// </summary>
public sealed class AbiTests
{
    [KernelTheory]
    [InlineData("x86_64-linux-gnu")]
    [InlineData("aarch64-linux-gnu")]
    public void Structures_are_laid_out_as_the_kernel_lays_them_out(string target)
    {
        string kernel = Output("bpftool", "btf", "dump", "file", "/sys/kernel/btf/vmlinux", "format", "c");
        List<string> source = ["#include \"kernel.h\""];
        foreach (string[] line in KernelStructures.Table.Split('\n').Select(static l => l.Split('|')))
        {
            Type type = Structures().Single(t => t.Name == line[0]);
            int size = (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;
            source.Add($"_Static_assert(sizeof({line[1]}) {(line[2] == "=" ? "==" : ">=")} {size}, \"size of {line[0]}\");");
            foreach (string[] pair in line[3].Split(' ').Select(static p => p.Split(':')))
            {
                // What this kernel lacks is for another one to compare.
                string member = pair[1].Split('.')[^1];
                if (kernel.Contains($" {member};", StringComparison.Ordinal) || kernel.Contains($" {member}[", StringComparison.Ordinal))
                {
                    int offset = type.GetField(pair[0], BindingFlags.Instance | BindingFlags.NonPublic)!.GetCustomAttribute<FieldOffsetAttribute>()!.Value;
                    source.Add($"_Static_assert(__builtin_offsetof({line[1]}, {pair[1]}) == {offset}, \"{line[0]}.{pair[0]}\");");
                }
            }
        }

        source.Count.Should().BeGreaterThan(200);
        Compile(target, source, ("kernel.h", kernel)).Should().BeEmpty();
    }

    [Fact]
    public void Every_field_of_every_structure_is_compared()
    {
        IEnumerable<string> compared = KernelStructures.Table.Split('\n').Select(static l => l.Split('|'))
            .SelectMany(static l => l[3].Split(' ').Select(p => $"{l[0]}.{p.Split(':')[0]}"));

        IEnumerable<string> all = Structures().SelectMany(static t => t.GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Select(f => $"{t.Name}.{f.Name}"));

        compared.Should().BeEquivalentTo(all);
    }

    [Theory]
    [InlineData(System.Runtime.InteropServices.Architecture.X64, "x86_64-linux-gnu", "asm/unistd_64.h")]
    [InlineData(System.Runtime.InteropServices.Architecture.Arm64, "aarch64-linux-gnu", "asm-generic/unistd.h")]
    public void System_calls_have_the_numbers_of_the_architecture(System.Runtime.InteropServices.Architecture process, string target, string header)
    {
        Interop.Architecture ours = Interop.Architecture.For(process);

        Compile(target, [
            $"#include <{header}>",
            "#include <linux/types.h>",
            "#include <linux/eventpoll.h>",
            $"_Static_assert(__NR_bpf == {ours.Bpf}, \"bpf\");",
            $"_Static_assert(__NR_pidfd_open == {ours.PidfdOpen}, \"pidfd_open\");",
            $"_Static_assert(__NR_perf_event_open == {ours.PerfEventOpen}, \"perf_event_open\");",
            $"_Static_assert(__NR_statx == {ours.Statx}, \"statx\");",
            $"_Static_assert(__NR_fsopen == {LibC.FsOpenCall}, \"fsopen\");",
            $"_Static_assert(__NR_fsconfig == {LibC.FsConfigCall}, \"fsconfig\");",
            $"_Static_assert(__NR_fsmount == {LibC.FsMountCall}, \"fsmount\");",
            $"_Static_assert(__NR_move_mount == {LibC.MoveMountCall}, \"move_mount\");",
            $"_Static_assert(__NR_pidfd_getfd == {LibC.PidfdGetFdCall}, \"pidfd_getfd\");",
            $"_Static_assert(sizeof(struct epoll_event) == {ours.EpollEventSize}, \"epoll_event\");",
        ]).Should().BeEmpty();
    }

    [Fact]
    public void Directories_are_opened_with_the_flag_of_the_architecture()
    {
        // Octal 0200000 everywhere but on arm64 and a few others, which have 040000 (their asm/fcntl.h).
        Interop.Architecture.X64.OpenDirectory.Should().Be(0x10000);
        Interop.Architecture.Arm64.OpenDirectory.Should().Be(0x4000);
        FluentActions.Invoking(static () => Interop.Architecture.For(System.Runtime.InteropServices.Architecture.X86)).Should().Throw<PlatformNotSupportedException>();
    }

    [Theory]
    [InlineData("x86_64-linux-gnu")]
    [InlineData("aarch64-linux-gnu")]
    public void Structures_that_are_read_by_offset_have_what_is_read_there(string target) => Compile(target, [
            "#include <linux/stat.h>",
            "#include <linux/resource.h>",
            "#include <linux/bpf.h>",
            "#include <linux/inet_diag.h>",
            "_Static_assert(__builtin_offsetof(struct statx, stx_uid) == 20, \"statx\");",
            $"_Static_assert(sizeof(struct rlimit) == {Unsafe.SizeOf<ResourceLimit>()}, \"rlimit\");",
            $"_Static_assert(sizeof(struct bpf_insn) == {BpfInstruction.Size}, \"bpf_insn\");",
            $"_Static_assert(sizeof(struct bpf_func_info) == {Unsafe.SizeOf<BtfModel.FunctionRecord>()}, \"bpf_func_info\");",
            $"_Static_assert(sizeof(struct bpf_line_info) == {Unsafe.SizeOf<BtfModel.LineRecord>()}, \"bpf_line_info\");",
            "_Static_assert(__builtin_offsetof(struct inet_diag_msg, id) == 4, \"inet_diag_msg.id\");",
            "_Static_assert(__builtin_offsetof(struct inet_diag_msg, idiag_uid) == 64, \"inet_diag_msg.idiag_uid\");",
            "_Static_assert(sizeof(struct inet_diag_msg) == 72, \"inet_diag_msg\");",
            "_Static_assert(sizeof(struct inet_diag_sockid) == 48, \"inet_diag_sockid\");",
        ]).Should().BeEmpty();

    /// <summary>Structures whose fields have offsets: those that the kernel reads or writes.</summary>
    private static Type[] Structures() => [.. typeof(LibC).Assembly.GetTypes()
        .Where(static t => t is { IsValueType: true, StructLayoutAttribute.Value: LayoutKind.Explicit }
            && t.Namespace is "EbpfFirewall.Native.Interop" or "EbpfFirewall.Native.Netlink" && !t.IsNested)];

    /// <summary>Checks the syntax of a source for a target; what the compiler says, nothing when all is well.</summary>
    private static string Compile(string target, IEnumerable<string> source, params (string Name, string Text)[] files)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("efw-abi-");
        try
        {
            // The system has the headers of its own architecture only; what these leave to it is the same on all 64-bit ones.
            DirectoryInfo shared = folder.CreateSubdirectory("asm");
            foreach (string name in new[] { "types", "posix_types", "bitsperlong", "resource", "swab" })
            {
                File.WriteAllText(Path.Combine(shared.FullName, name + ".h"), $"#define __BITS_PER_LONG 64\n#include <asm-generic/{name}.h>\n");
            }

            File.WriteAllText(Path.Combine(shared.FullName, "byteorder.h"), "#include <linux/byteorder/little_endian.h>\n");
            File.WriteAllText(Path.Combine(shared.FullName, "swab.h"), "");
            foreach ((string name, string text) in files)
            {
                File.WriteAllText(Path.Combine(folder.FullName, name), text);
            }

            string file = Path.Combine(folder.FullName, "check.c");
            File.WriteAllLines(file, source);
            return Output("clang-19", "-target", target, "-ffreestanding", "-w", "-fsyntax-only", "-ferror-limit=0",
                "-I", folder.FullName, "-I", "/usr/include/x86_64-linux-gnu", "-I", "/usr/include", file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Output(string tool, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + errors.GetAwaiter().GetResult();
    }
}
