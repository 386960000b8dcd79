using EbpfFirewall.TestKit;

namespace EbpfFirewall.Tests.Interfaces;

/// <summary>
/// A test that boots a virtual machine. With <c>EFW_MATRIX=1</c> (as in CI) it runs, and fails where there is no kernel to boot; else it is
/// skipped there.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GuestFactAttribute : FactAttribute
{
    public GuestFactAttribute() => Skip = KernelRequirement.ReasonToSkip
        ?? (VirtualMachine.FindKernel() is null && Environment.GetEnvironmentVariable("EFW_MATRIX") is not "1"
            ? "needs a kernel to boot: sudo EFW_MATRIX=1 ./test"
            : null);
}
