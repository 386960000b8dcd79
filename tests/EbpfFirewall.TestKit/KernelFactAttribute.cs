using Xunit;

namespace EbpfFirewall.TestKit;

/// <summary>
/// A test that needs root and a kernel with BPF. Elsewhere it is skipped with the reason, unless
/// <c>EFW_REQUIRE_KERNEL=1</c> is set (as in CI): then it runs, and fails where it cannot do its work.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelFactAttribute : FactAttribute
{
    public KernelFactAttribute() => Skip = KernelRequirement.ReasonToSkip;
}
