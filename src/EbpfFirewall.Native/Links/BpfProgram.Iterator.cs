using EbpfFirewall.Native.Interop;
using EbpfFirewall.Native.Links;

namespace EbpfFirewall.Native;

public sealed partial class BpfProgram
{
    /// <summary>Makes a link of an iterator program; <see cref="BpfLink.RunIterator"/> runs it.</summary>
    /// <param name="map">For iterators over the elements of a map: the map.</param>
    public unsafe BpfLink AttachIterator(BpfMap? map = null)
    {
        using FdLease target = map is null ? default : new FdLease(map.Handle);

        // union bpf_iter_link_info: for map elements it begins with the descriptor.
        int* info = stackalloc int[4];
        info[0] = target.Fd;
        LinkCreateAttributes attributes = new()
        {
            AttachType = (uint)BpfAttachType.TraceIterator,
            IteratorInfo = map is null ? null : info,
            IteratorInfoLength = map is null ? 0 : 16u,
        };
        return BpfLinkCreation.Create(this, ref attributes, "an iterator");
    }
}
