using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Parsing;

public sealed class BtfLoaderTests
{
    [KernelFact]
    public void Newer_kinds_are_replaced_by_older_ones_that_the_kernel_takes()
    {
        Btf original = TestObject.Parse("modern").TypeInformation!;
        Btf older = Btf.Parse(BtfLoader.Compose(original, BtfLoader.Sanitize(original)));
        using SafeBtfHandle? asWritten = BtfLoader.Load(original);
        using SafeBtfHandle? asReplaced = BtfLoader.Load(older);

        Kinds(original).Should().Contain([BtfKind.Float, BtfKind.DeclarationTag, BtfKind.TypeTag, BtfKind.Enum64]);
        Kinds(older).Should().NotContain([BtfKind.Float, BtfKind.DeclarationTag, BtfKind.TypeTag, BtfKind.Enum64]);
        older.TypeCount.Should().Be(original.TypeCount);
        asWritten.Should().NotBeNull();

        // Load falls back to replacing once more, which changes nothing here: a handle means that the kernel took this form.
        BtfLoader.Sanitize(older).Should().Equal(older.TypeBytes.ToArray());
        asReplaced.Should().NotBeNull();
    }

    private static IEnumerable<BtfKind> Kinds(Btf btf) => Enumerable.Range(1, btf.TypeCount - 1).Select(id => btf.Type(id).Kind).Distinct();
}
