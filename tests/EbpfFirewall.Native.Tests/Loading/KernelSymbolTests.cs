using EbpfFirewall.Native.Tests.Support;

namespace EbpfFirewall.Native.Tests.Loading;

public sealed class KernelSymbolTests
{
    private static readonly byte[] Packet = [.. new byte[12], 8, 0, 0x45, .. new byte[45]];

    [FeatureFact(Function = "bpf_rcu_read_lock")]
    public void Of_several_forms_of_a_kernel_function_the_one_that_fits_is_called()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("function_flavours"));

        loaded.Programs["program"].TestRun(Packet).ReturnValue.Should().Be(5);
    }

    [FeatureFact(Function = "bpf_rdonly_cast")]
    public void Kernel_functions_are_called_and_absent_weak_symbols_are_null()
    {
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("ksyms"));
        string address = File.ReadLines("/proc/kallsyms").First(static l => l.EndsWith(" _stext", StringComparison.Ordinal)).Split(' ')[0];

        uint entries = loaded.Programs["ask"].TestRun(Packet).ReturnValue;

        entries.Should().Be(77);
        loaded.Variables["text_address"].Get<ulong>().ToString("x16", System.Globalization.CultureInfo.InvariantCulture).Should().Be(address);
        loaded.Variables["missing_address"].Get<ulong>().Should().Be(0);
        loaded.Variables["has_missing"].Get<ulong>().Should().Be(0);
    }
}
