using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;
using EbpfFirewall.Sandboxes;

namespace EbpfFirewall.Kernel;

/// <summary>
/// The kernel side of one sandbox: its own copy of the programs with its constants baked in, its own maps, and a pinned link for
/// every hook.
/// </summary>
internal sealed class KernelAttachment : IDisposable
{
    private static readonly Lazy<BpfObjectSpec> Spec = new(() => BpfObjectSpec.Parse(EmbeddedFiles.Read("cgroup.bpf.o"), "cgroup.bpf.o"));

    private readonly BpfObject _programs;
    private readonly PinFolder _pins;
    private readonly List<BpfLink> _links = [];

    private KernelAttachment(BpfObject programs, PinFolder pins)
    {
        _programs = programs;
        _pins = pins;
    }

    public BpfMap<AddressRecord, LearnedRecord> Learned => _programs.Maps["efw_learned"].As<AddressRecord, LearnedRecord>();

    public BpfMap<ProcessKey, ProcessRecord> Processes => _programs.Maps["efw_processes"].As<ProcessKey, ProcessRecord>();

    public BpfMap<EndpointRecord, RedirectRecord> Redirects => _programs.Maps["efw_redirects"].As<EndpointRecord, RedirectRecord>();

    public BpfMap<ReportKey, ReportRecord> Reports => _programs.Maps["efw_reports"].As<ReportKey, ReportRecord>();

    public BpfMap Events => _programs.Maps["efw_events"];

    /// <summary>
    /// Loads the programs, writes the policy, then attaches and pins hook by hook. The cgroup is still empty, so nothing runs under half
    /// of it. When a step fails, what was done is undone.
    /// </summary>
    /// <exception cref="EgressFirewallException">The kernel refused; the message says why.</exception>
    public static KernelAttachment Create(CompiledPolicy policy, in ConfigRecord config, string cgroupPath, PinFolder pins)
    {
        KernelAttachment? attachment = null;
        try
        {
            BpfObjectSpec spec = Spec.Value.Copy();
            spec.Variables["efw_config"].Set(config);
            PolicyTables.Size(spec, policy);

            attachment = new KernelAttachment(BpfObject.Load(spec), pins);
            PolicyTables.Write(attachment._programs, policy);
            attachment.PinMaps();
            attachment.Attach(cgroupPath);
            return attachment;
        }
        catch (Exception error)
        {
            attachment?.Dispose();
            pins.Remove();
            if (error is BpfException)
            {
                throw new EgressFirewallException(
                    ErrorCodes.KernelRefused,
                    $"the kernel did not take the firewall's programs: {error.Message}",
                    error);
            }

            throw;
        }
    }

    /// <summary>Sum over all CPUs.</summary>
    public long Count(KernelCounter counter)
    {
        BpfPerCpuMap<uint, ulong> counters = _programs.Maps["efw_counters"].AsPerCpu<uint, ulong>();
        Span<ulong> counts = new ulong[counters.CpuCount];
        counters.TryGetValues((uint)counter, counts);

        long sum = 0;
        foreach (ulong count in counts)
        {
            sum += (long)count;
        }

        return sum;
    }

    /// <summary>Takes the policy away. Only for a cgroup without processes.</summary>
    public void Dispose()
    {
        _pins.Remove();
        foreach (BpfLink link in _links)
        {
            link.Dispose();
        }

        _programs.Dispose();
    }

    private void PinMaps()
    {
        foreach (BpfMap map in _programs.Maps.Values)
        {
            map.Pin(_pins.PathOf($"map_{map.Name.Replace('.', '_')}"));
        }
    }

    private void Attach(string cgroupPath)
    {
        using Cgroup cgroup = Cgroup.Open(cgroupPath);
        foreach ((string program, BpfAttachType attachType) in CgroupHooks.All)
        {
            BpfLink link = _programs.Programs[program].AttachToCgroup(cgroup, attachType);
            _links.Add(link);
            link.Pin(_pins.PathOf($"link_{program}"));
        }
    }
}
