namespace EbpfFirewall.Native.Objects;

/// <summary>A variable of <c>.kconfig</c>: the kernel's configuration fills it when the object is loaded.</summary>
/// <param name="Name">C identifier, <c>CONFIG_HZ</c> or <c>LINUX_KERNEL_VERSION</c>.</param>
/// <param name="Kind">What it can hold.</param>
/// <param name="Offset">Byte offset in the section's map.</param>
/// <param name="Size">sizeof, in bytes.</param>
/// <param name="IsSigned">For integers.</param>
/// <param name="IsWeak">Absence leaves it zero.</param>
internal sealed record ConfigurationVariable(string Name, ConfigurationKind Kind, int Offset, int Size, bool IsSigned, bool IsWeak);
