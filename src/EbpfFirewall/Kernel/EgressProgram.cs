using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>The egress program of one attachment, until a link holds it.</summary>
internal sealed class EgressProgram : IDisposable
{
    private const string ProgramName = "efw_egress";
    private readonly BpfObject _object;

    private EgressProgram(BpfObject loaded) => _object = loaded;

    public BpfProgram Program => _object.Programs[ProgramName];

    /// <summary>Loads it.</summary>
    /// <param name="template">Its object.</param>
    /// <param name="number">Of the attachment.</param>
    /// <param name="bank">Where its policy stands.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static EgressProgram Load(BpfObjectSpec template, uint number, PolicyBank bank)
    {
        BpfObjectSpec spec = template.Copy();
        spec.Variables["efw_number"].Set(number);
        BpfObject loaded = bank.Load(spec);

        // The program holds its maps. Descriptors are what a host with many sandboxes runs out of first.
        foreach (BpfMap map in loaded.Maps.Values)
        {
            map.Dispose();
        }

        return new EgressProgram(loaded);
    }

    /// <inheritdoc/>
    public void Dispose() => _object.Dispose();
}
