using EbpfFirewall.Native.Interop;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Services;

public sealed class MemoryLockTests
{
    private const int Resource = 8;

    [KernelFact]
    public void A_map_larger_than_the_memory_lock_limit_is_created_all_the_same()
    {
        ResourceLimit before = LibC.GetLimit(Resource);
        LibC.SetLimit(Resource, before with { Soft = 0 }).Should().Be(0);
        try
        {
            using BpfMap map = BpfMap.Create(new BpfMapSpec("large", BpfMapType.Array, 4, 4096, 1000));

            map.MaxEntries.Should().Be(1000);
        }
        finally
        {
            if (!MemoryLockLimit.TryRaise())
            {
                LibC.SetLimit(Resource, before).Should().Be(0);
            }
        }
    }

    [KernelFact]
    public void The_limit_is_left_alone_where_the_kernel_does_not_charge_it()
    {
        ResourceLimit before = LibC.GetLimit(Resource);

        bool raised = MemoryLockLimit.TryRaise();

        ResourceLimit after = LibC.GetLimit(Resource);
        (raised ? after.Soft : before.Soft).Should().Be(after.Soft);
        (raised ? after.Soft == after.Hard : after == before).Should().BeTrue();
        MemoryLockLimit.Describe().Should().Be(null);
    }
}
