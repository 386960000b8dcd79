using EbpfFirewall.Native.Objects;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Loading;

public sealed class ConfigurationTests
{
    private static readonly byte[] Packet = [.. new byte[12], 8, 0, 0x45, .. new byte[45]];

    [KernelFact]
    public void Programs_see_the_kernels_configuration_and_version()
    {
        BpfLoadOptions options = new() { KernelConfiguration = "CONFIG_HZ=1234\nCONFIG_NET=m\nCONFIG_BPF_JIT=y\nCONFIG_CC_VERSION_TEXT=\"Abcdefghijk\"\n" };
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("kconfig"), options);

        uint result = loaded.Programs["read_configuration"].TestRun(Packet).ReturnValue;

        result.Should().Be(1 + 'A', "CONFIG_BPF_SYSCALL comes from the system, the text from the options");
        loaded.Variables["version"].Get<ulong>().Should().Be((ulong)KernelVersion.Code());
        loaded.Variables["hz"].Get<ulong>().Should().Be(1234);
        loaded.Variables["tristate"].Get<ulong>().Should().Be(2);
        loaded.Variables["letter"].Get<ulong>().Should().Be('y');
        loaded.Variables["missing"].Get<ulong>().Should().BeLessThan(3);
        loaded.Variables["CONFIG_CC_VERSION_TEXT"].AsBytes().ToArray().Should().Equal("Abcdefg\0"u8.ToArray());
        loaded.Maps[".kconfig"].GetInfo().BtfId.Should().NotBe(0);
    }

    [KernelTheory]
    [InlineData("CONFIG_NET=17", "*CONFIG_NET*17 does not fit*")]
    [InlineData("CONFIG_HZ=y", "*CONFIG_HZ*y does not fit*")]
    [InlineData("CONFIG_BPF_SYSCALL=m", "*CONFIG_BPF_SYSCALL*m does not fit*")]
    [InlineData("CONFIG_NO_SUCH_THING=65536", "*CONFIG_NO_SUCH_THING*65536 does not fit*")]
    public void A_value_that_does_not_fit_its_type_is_refused(string line, string message)
    {
        Action load = () => BpfObject.Load(TestObject.Parse("kconfig"), new BpfLoadOptions { KernelConfiguration = line });

        load.Should().Throw<BpfException>().WithMessage(message);
    }

    [Theory]
    [InlineData("6.18.44-fc-v657\n", "#1 SMP PREEMPT_DYNAMIC @0\n", "", 6, 18, 44)]
    [InlineData("6.1.0-41-amd64\n", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.158-1 (2025-11-09)\n", "", 6, 1, 158)]
    [InlineData("5.15.0-100-generic\n", "#110-Ubuntu SMP\n", "Ubuntu 5.15.0-100.110-generic 5.15.143\n", 5, 15, 143)]
    [InlineData("4.9.337\n", "#1\n", "", 4, 9, 255)]
    [InlineData("7.0-rc3\n", "#1\n", "", 7, 0, 0)]
    public void The_version_is_found_where_distributions_hide_it(string release, string version, string ubuntu, int major, int minor, int patch) =>
        KernelVersion.Code(release, version, ubuntu).Should().Be((major << 16) | (minor << 8) | patch);

    [Fact]
    public void A_variable_of_a_type_that_no_value_fits_is_refused_by_name()
    {
        Action parse = static () => BpfObjectSpec.Parse(TestObject.Compile("kconfig", options: "-mcpu=v3 -g -DWRONG"));

        parse.Should().Throw<BpfFormatException>().WithMessage("*CONFIG_WRONG*").Which.Section.Should().Be(".kconfig");
    }
}
