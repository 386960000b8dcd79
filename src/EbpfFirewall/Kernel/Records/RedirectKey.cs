using System.Runtime.InteropServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>Mirror of <c>struct efw_redirect_key</c> (efw_flow.h).</summary>
/// <param name="Client">Where the client sends from.</param>
/// <param name="Attachment">Number of its attachment.</param>
[KernelMirror("efw_redirect_key"), StructLayout(LayoutKind.Sequential)]
internal readonly record struct RedirectKey(EndpointRecord Client, uint Attachment);
