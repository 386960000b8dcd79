namespace EbpfFirewall.Kernel;

/// <summary>An interface to enforce a policy on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Side">Who is behind it.</param>
/// <param name="NetworkNamespace">Path of the network namespace that it is in; null: ours.</param>
/// <param name="LinkControl">What passes whatever the policy says.</param>
/// <param name="UseClassifiers">True to use clsact also where the kernel has tcx.</param>
internal sealed record InterfaceTarget(
    string Name,
    InterfaceSide Side,
    string? NetworkNamespace = null,
    LinkControl LinkControl = LinkControl.All,
    bool UseClassifiers = false);
