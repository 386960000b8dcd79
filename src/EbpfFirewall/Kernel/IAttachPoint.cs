using EbpfFirewall.Native;
using EbpfFirewall.Sandboxes;

namespace EbpfFirewall.Kernel;

/// <summary>Where the programs of an attachment stand, and what changes them there.</summary>
/// <remarks>One owner.</remarks>
internal interface IAttachPoint : IDisposable
{
    /// <summary>Whether it uses the egress program of a place that was prepared.</summary>
    bool UsesEgress { get; }

    /// <summary>Attaches and pins hook by hook. What was done before a step fails is undone by disposing.</summary>
    /// <param name="engine">What all attachments share.</param>
    /// <param name="slot">The place.</param>
    /// <param name="pins">Where links are pinned.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    void Attach(KernelEngine engine, KernelSlot slot, PinFolder pins);

    /// <summary>Goes over to the programs of another bank, hook by hook.</summary>
    /// <param name="bank">The bank.</param>
    /// <param name="number">Of the attachment; the same there.</param>
    /// <exception cref="BpfException">The kernel refused; some hooks may have gone over.</exception>
    void MoveTo(PolicyBank bank, uint number);
}
