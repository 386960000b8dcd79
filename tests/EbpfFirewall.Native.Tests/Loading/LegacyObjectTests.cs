using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Loading;

public sealed class LegacyObjectTests
{
    private static readonly byte[] Packet = [.. new byte[12], 8, 0, 0x45, .. new byte[45]];

    [KernelTheory]
    [InlineData("clang-14", "-mcpu=v1 -g")]
    [InlineData("clang-14", "-mcpu=v3")]
    [InlineData("clang-19", "-mcpu=v3 -g")]
    public void Maps_from_before_BTF_are_created_and_used(string clang, string options)
    {
        BpfObjectSpec spec = BpfObjectSpec.Parse(TestObject.Compile("legacy_maps", options: options, clang: clang));
        using BpfObject loaded = BpfObject.Load(spec);

        loaded.Programs["program"].TestRun(Packet);
        loaded.Maps["old_array"].As<uint, ulong>().TryGetValue(1, out ulong value);

        value.Should().Be(42);
        loaded.Maps["old_hash"].Flags.Should().Be(BpfMapFlags.NoPreallocation);
        loaded.Maps["old_hash"].MaxEntries.Should().Be(16);
    }

    [Fact]
    public void Fields_that_another_loader_added_must_be_zero()
    {
        Action parse = static () => BpfObjectSpec.Parse(TestObject.Compile("legacy_extended", options: "-mcpu=v3 -g -DFOREIGN"));

        BpfObjectSpec.Parse(TestObject.Compile("legacy_extended")).Maps["plain"].ValueSize.Should().Be(8);
        parse.Should().Throw<BpfFormatException>().WithMessage("*'foreign'*iproute2*").Which.Section.Should().Be("maps");
    }
}
