using EbpfFirewall.Native.Interop;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Services;

public sealed class MemoryLockTests
{
    private const int Resource = 8;

    [KernelFact]
    public void A_map_larger_than_the_memory_lock_limit_is_created_all_the_same_and_again_when_it_was_lowered()
    {
        ResourceLimit before = LibC.GetLimit(Resource);
        try
        {
            for (int round = 0; round < 2; round++)
            {
                LibC.SetLimit(Resource, LibC.GetLimit(Resource) with { Soft = 0 }).Should().Be(0);
                using BpfMap map = BpfMap.Create(new BpfMapSpec("large", BpfMapType.Array, 4, 4096, 1000));

                map.MaxEntries.Should().Be(1000);
            }
        }
        finally
        {
            Restore(before);
        }
    }

    [KernelFact]
    public void The_limit_is_raised_where_the_kernel_charges_it_and_left_alone_elsewhere()
    {
        ResourceLimit before = LibC.GetLimit(Resource);
        ResourceLimit lowered = before with { Soft = 0 };
        LibC.SetLimit(Resource, lowered).Should().Be(0);
        try
        {
            bool isRaised = MemoryLockLimit.TryRaise();

            ResourceLimit after = LibC.GetLimit(Resource);
            (isRaised ? after.Soft == after.Hard : after == lowered).Should().BeTrue();
            (MemoryLockLimit.Describe() is null).Should().Be(!isRaised || after.Soft == ulong.MaxValue);
        }
        finally
        {
            Restore(before);
        }
    }

    /// <summary>As it was, but where it is charged as high as it may be: other tests run now.</summary>
    private static void Restore(ResourceLimit before)
    {
        if (!MemoryLockLimit.TryRaise())
        {
            LibC.SetLimit(Resource, before).Should().Be(0);
        }
    }
}
