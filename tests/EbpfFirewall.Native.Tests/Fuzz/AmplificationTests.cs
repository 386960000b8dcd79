using System.Buffers.Binary;
using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.Elf;
using EbpfFirewall.Native.Tests.Support;

namespace EbpfFirewall.Native.Tests.Fuzz;

/// <summary>Small inputs that ask for much: memory stays in proportion to the bytes given.</summary>
public sealed class AmplificationTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    public void Many_records_cannot_each_unfold_one_long_string(int field)
    {
        const int Length = 64 << 10;
        const int Count = 4000;
        Btf types = Btf.Parse(Types(Length));
        byte[] extension = Extension(field, Count);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Action parse = () => BtfExtension.Parse(new EndianReader(extension, littleEndian: true, ".BTF.ext"), types);

        parse.Should().Throw<BpfFormatException>();
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(4 << 20);
    }

    [Fact]
    public void Configuration_values_cannot_claim_more_than_a_mebibyte()
    {
        byte[] image = TestObject.Compile("kconfig", options: "-mcpu=v3 -g -DLARGE");
        long before = GC.GetAllocatedBytesForCurrentThread();

        Action parse = () => BpfObjectSpec.Parse(image);

        parse.Should().Throw<BpfFormatException>().WithMessage("*1048576 bytes*");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1 << 20);
    }

    /// <summary>One integer, and a string table that is one long string.</summary>
    private static byte[] Types(int length)
    {
        byte[] strings = new byte[length + 2];
        strings.AsSpan(1, length).Fill((byte)'1');
        byte[] blob = new byte[24 + 16 + strings.Length];
        Put(blob, 0, 0x0001eb9f);
        Put(blob, 4, 24);
        Put(blob, 12, 16);
        Put(blob, 16, 16);
        Put(blob, 20, strings.Length);
        Put(blob, 28, 1 << 24);
        Put(blob, 32, 4);
        Put(blob, 36, 32);
        strings.CopyTo(blob, 40);
        return blob;
    }

    /// <summary>Sections of one record each, or relocations, all of which name that string.</summary>
    private static byte[] Extension(int field, int count)
    {
        const int Record = 16;
        bool isRelocation = field == 24;
        int size = isRelocation ? 4 + 8 + (count * Record) : 4 + (count * (8 + Record));
        byte[] blob = new byte[32 + size];
        Put(blob, 0, 0x0001eb9f);
        Put(blob, 4, 32);
        Put(blob, field, 0);
        Put(blob, field + 4, size);
        Put(blob, 32, Record);
        int at = 36;
        for (int i = 0; i < count; i++)
        {
            if (i == 0 || !isRelocation)
            {
                Put(blob, at, isRelocation ? 0 : 1);
                Put(blob, at + 4, isRelocation ? count : 1);
                at += 8;
            }

            Put(blob, at + 8, isRelocation ? 1 : 0);
            at += Record;
        }

        return blob;
    }

    private static void Put(byte[] blob, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(at), value);
}
