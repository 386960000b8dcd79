using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Loading;

public sealed class ModuleTests
{
    private static readonly byte[] Packet = [.. new byte[12], 8, 0, 0x45, .. new byte[45]];

    [Fact]
    public void Types_of_modules_continue_those_of_the_kernel_and_damaged_ones_are_passed_over()
    {
        Btf kernel = TestObject.Parse("core").TypeInformation!;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("efw-native-btf");
        byte[] module = Split(kernel, "module_function");
        File.WriteAllBytes(Path.Combine(folder.FullName, "good"), module);
        File.WriteAllBytes(Path.Combine(folder.FullName, "damaged"), module[..24]);
        File.WriteAllBytes(Path.Combine(folder.FullName, "vmlinux"), [1, 2, 3]);

        List<KernelModule> modules = KernelModule.List(kernel, folder.FullName);

        folder.Delete(recursive: true);
        modules.Select(static m => m.Name).Should().Equal("good");
        modules[0].Types.FindId("module_function", BtfKind.Function).Should().Be(kernel.TypeCount + 1);
        KernelModule.List(kernel, folder.FullName).Should().BeEmpty("the folder is gone");
    }

    [KernelFact]
    public void A_function_of_a_module_is_called_where_the_module_is_loaded_and_null_elsewhere()
    {
        using KernelTypes kernel = new(null);
        (int id, KernelModule? module) = kernel.Find("bpf_skb_ct_lookup", BtfKind.Function);

        using BpfObject loaded = BpfObject.Load(TestObject.Parse("module"));
        uint result = loaded.Programs["ask"].TestRun(Packet).ReturnValue;

        result.Should().Be(id > 0 ? 1u : 0u);
        (kernel.DescriptorOf(module) > 0).Should().Be(module is not null);
        kernel.PlaceOf(module).Should().Be((short)(module is null ? 0 : 1));
        kernel.Descriptors.Should().HaveCount(module is null ? 0 : 2);
    }

    /// <summary>Split BTF with a prototype and a function, as the kernel writes it for a module.</summary>
    private static byte[] Split(Btf kernel, string function)
    {
        byte[] strings = [.. System.Text.Encoding.ASCII.GetBytes(function), 0];
        uint name = (uint)kernel.StringTable.Length;
        uint[] types = [0, (uint)BtfKind.FunctionPrototype << 24, 0, name, ((uint)BtfKind.Function << 24) | 1, (uint)kernel.TypeCount];
        uint[] header = [BtfLayout.Magic | (1u << 16), BtfLayout.HeaderSize, 0, (uint)types.Length * 4, (uint)types.Length * 4, (uint)strings.Length];
        return [.. header.Concat(types).SelectMany(BitConverter.GetBytes), .. strings];
    }
}
