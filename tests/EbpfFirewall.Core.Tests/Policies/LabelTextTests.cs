using System.Text;
using EbpfFirewall.Policies.Compilation;

namespace EbpfFirewall.Core.Tests.Policies;

public sealed class LabelTextTests
{
    [Fact]
    public void Only_ASCII_letters_lose_their_case_at_every_place_and_beside_every_octet()
    {
        for (int length = 1; length <= 17; length++)
        {
            for (int place = 0; place < length; place++)
            {
                for (int octet = 0; octet < 256; octet++)
                {
                    byte[] label = [.. Enumerable.Repeat((byte)0xFF, length)];
                    label[place] = (byte)octet;
                    byte[] lowered = [.. label];
                    lowered[place] = octet is >= 'A' and <= 'Z' ? (byte)(octet | 0x20) : (byte)octet;
                    byte[] other = [.. lowered];
                    other[place] ^= 0x20;

                    bool same = LabelText.EqualsLowered(label, lowered) && LabelText.Hash(label, 1) == LabelText.Hash(lowered, 1);
                    bool different = !LabelText.EqualsLowered(label, other);
                    if (!same || !different)
                    {
                        (same, different).Should().Be((true, true), "octet {0} at {1} of {2}", octet, place, length);
                    }
                }
            }
        }
    }

    [Fact]
    public void Labels_of_other_length_or_seed_hash_otherwise()
    {
        byte[] label = Encoding.ASCII.GetBytes("example");

        LabelText.Hash(label, 1).Should().NotBe(LabelText.Hash(label, 2));
        LabelText.Hash([.. label, 0], 1).Should().NotBe(LabelText.Hash(label, 1));
        LabelText.EqualsLowered([.. label, 0], label).Should().BeFalse();
    }
}
