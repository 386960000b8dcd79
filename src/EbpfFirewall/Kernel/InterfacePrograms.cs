using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel;

/// <summary>The programs of one attachment to an interface.</summary>
internal sealed class InterfacePrograms : IDisposable
{
    private const string FlowsMap = "efw_flows";
    private static readonly Lazy<BpfObjectSpec> Spec =
        new(() => BpfObjectSpec.Parse(EmbeddedFiles.Read("interface.bpf.o"), "interface.bpf.o"));

    private readonly BpfObject _object;

    private InterfacePrograms(BpfObject loaded) => _object = loaded;

    /// <summary>Judges what the target sends.</summary>
    public BpfProgram FromTarget => _object.Programs["efw_from_target"];

    /// <summary>Judges what is sent to the target.</summary>
    public BpfProgram ToTarget => _object.Programs["efw_to_target"];

    /// <summary>The flows that the target began.</summary>
    public BpfMap Flows => _object.Maps[FlowsMap];

    /// <summary>Loads them.</summary>
    /// <param name="bank">Where the policy stands.</param>
    /// <param name="settings">Constants.</param>
    /// <param name="flows">Flows that are known already; null: none.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static InterfacePrograms Load(PolicyBank bank, in InterfaceRecord settings, BpfMap? flows)
    {
        BpfObjectSpec spec = Spec.Value.Copy();
        spec.Variables["efw_interface"].Set(settings);
        return new InterfacePrograms(bank.Load(spec, flows is null ? [] : [flows]));
    }

    /// <inheritdoc/>
    public void Dispose() => _object.Dispose();
}
