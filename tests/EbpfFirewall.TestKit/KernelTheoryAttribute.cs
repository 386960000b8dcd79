using Xunit;

namespace EbpfFirewall.TestKit;

/// <summary><see cref="KernelFactAttribute"/> for theories.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelTheoryAttribute : TheoryAttribute
{
    public KernelTheoryAttribute() => Skip = KernelRequirement.ReasonToSkip;
}
