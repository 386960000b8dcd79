using EbpfFirewall.Decisions;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Policies;
using EbpfFirewall.Sandboxes;
using EbpfFirewall.Tests.Inspection;

namespace EbpfFirewall.Tests.Layout;

/// <summary>Numbers that the C and the C# side share, names and values both ways.</summary>
public sealed class SharedNumberTests
{
    private static readonly CHeader Abi = new("bpf", "include", "efw_abi.h");
    private static readonly CHeader Policy = new("bpf", "include", "efw_policy.h");
    private static readonly CHeader Process = new("bpf", "include", "efw_process.h");
    private static readonly CHeader Launcher = new("launcher", "launcher_abi.h");
    private static readonly CHeader Inspect = new("bpf", "include", "efw_inspect.h");
    private static readonly CHeader Names = new("bpf", "include", "efw_names.h");

    [Fact]
    public void Verdicts_are_the_same() =>
        Named(Abi.Enum("efw_verdict"), "EFW_").Should().BeEquivalentTo(Numbers<Verdict>());

    [Fact]
    public void Modes_are_the_same_but_for_the_one_that_the_kernel_never_sees() =>
        Named(Abi.Enum("efw_mode"), "EFW_MODE_").Should().BeEquivalentTo(Numbers<PolicyMode>(mode => mode != PolicyMode.Disabled));

    [Fact]
    public void Reasons_below_64_are_the_same() =>
        Named(Abi.Enum("efw_reason"), "EFW_REASON_").Should().BeEquivalentTo(Numbers<DecisionReason>(reason => (int)reason < 64));

    [Fact]
    public void Stages_are_the_same_but_for_those_that_the_kernel_never_sees() =>
        Named(Abi.Enum("efw_stage"), "EFW_STAGE_").Should().BeEquivalentTo(Numbers<DecisionStage>(stage => (int)stage < 16 || stage == DecisionStage.Unix));

    [Fact]
    public void Attributions_are_the_same_where_nobody_is_unknown()
    {
        Dictionary<string, long> kernel = Named(Abi.Enum("efw_attribution"), "EFW_BY_");
        kernel.Remove("Nobody", out long nobody);
        kernel.Add(nameof(Attribution.Unknown), nobody);

        kernel.Should().BeEquivalentTo(Numbers<Attribution>());
    }

    [Fact]
    public void Counters_are_the_same_and_the_last_number_counts_them()
    {
        Dictionary<string, long> kernel = Abi.Enum("efw_counter");
        kernel.Remove("EFW_COUNTERS", out long count);

        Named(kernel, "EFW_COUNT_").Should().BeEquivalentTo(Numbers<KernelCounter>());
        count.Should().Be(kernel.Count);
    }

    [Fact]
    public void Term_verdicts_are_the_same() =>
        Named(Policy.Enum("efw_term_verdict"), "EFW_TERM_").Should().BeEquivalentTo(Numbers<TermVerdict>());

    [Fact]
    public void Protocol_bits_are_the_same()
    {
        Policy.Constant("EFW_PROTO_TCP").Should().Be((long)TransportProtocols.Tcp);
        Policy.Constant("EFW_PROTO_UDP").Should().Be((long)TransportProtocols.Udp);
    }

    [Fact]
    public void Answers_of_the_parsers_are_the_same() =>
        Named(Inspect.Enum("efw_inspected"), "EFW_INSPECT_").Should().BeEquivalentTo(Numbers<InspectionAnswer>());

    [Fact]
    public void Names_have_the_same_capacities()
    {
        Names.Constant("EFW_NAME_SLOTS").Should().Be(NameHashes.Length);
        Names.Constant("EFW_NAME_WORDS").Should().Be(NameText.Length);
        Policy.Constant("EFW_PROBES").Should().Be(NameLines.Probes);
        Inspect.Constant("EFW_SAW_ECH").Should().Be(Inspection.Inspection.SawEch);
        Inspect.Constant("EFW_OFFERS_H2").Should().Be(Inspection.Inspection.OffersH2);
        Inspect.Constant("EFW_OFFERS_HTTP1").Should().Be(Inspection.Inspection.OffersHttp1);
    }

    [Fact]
    public void Capacities_and_flags_are_the_same()
    {
        Abi.Constant("EFW_ABI_VERSION").Should().Be(HeaderRecord.AbiVersion);
        Policy.Constant("EFW_REPORT_ALLOWED").Should().Be(HeaderRecord.ReportAllowed);
        Policy.Constant("EFW_FAIL_OPEN").Should().Be(HeaderRecord.FailOpen);
        Policy.Constant("EFW_STRICT_TTL").Should().Be(ImageRecord.StrictTtl);
        Policy.Constant("EFW_LINE_BYTES").Should().Be(LineRecord.SizeBytes);
        Policy.Constant("EFW_PROBES").Should().Be(LearnedLines.Probes);
        Policy.Constant("EFW_LEAF4_KEYS").Should().Be(Leaf4Keys.Length);
        Policy.Constant("EFW_LEAF6_KEYS").Should().Be(Leaf6Keys.Length);
        Policy.Constant("EFW_SPARSE").Should().Be(RootWord.Sparse);
        Policy.Constant("EFW_SPARSE6_NETWORKS").Should().Be(Sparse6Networks.Length);
        Policy.Constant("EFW_ATTACHMENTS_MAX").Should().Be(HeaderRecord.AttachmentsMax);
        Abi.Enum("efw_counter")["EFW_COUNTERS"].Should().Be(TrafficRecord.Counters);
        Abi.Constant("EFW_TRAFFIC_REASONS").Should().Be(TrafficRecord.Reasons);
        Policy.Constant("EFW_CLASS_TERMS_MAX").Should().Be(TermLines.ClassTermsMax);
        Policy.Constant("EFW_LEASES").Should().Be(LeaseSlots.Length);
        Process.Constant("EFW_COMM_BYTES").Should().Be(CommBytes.Length);
        Process.Constant("EFW_PARENTS").Should().Be(ParentSlots.Length);
        Process.Constant("EFW_ARGS_BYTES").Should().Be(ArgumentBytes.Length);
        Process.Constant("EFW_EXE_SLOT_BYTES").Should().Be(ExecutableSlots.SlotBytes);
        Process.Constant("EFW_EXE_SLOTS").Should().Be(ExecutableSlots.Length / ExecutableSlots.SlotBytes);
    }

    [Fact]
    public void Launcher_stages_that_messages_tell_apart_have_the_launchers_names_and_numbers()
    {
        Dictionary<string, long> launcher = Named(Launcher.Enum("efw_launcher_stage"), "EFW_STAGE_");

        Numbers<LauncherStage>().Should().BeSubsetOf(launcher);
    }

    private static Dictionary<string, long> Named(Dictionary<string, long> kernel, string prefix) =>
        kernel.ToDictionary(entry => CHeader.Pascal(entry.Key[prefix.Length..]), entry => entry.Value);

    private static Dictionary<string, long> Numbers<T>(Func<T, bool>? where = null)
        where T : struct, Enum => Enum.GetValues<T>()
            .Where(value => where?.Invoke(value) ?? true)
            .ToDictionary(value => value.ToString(), value => Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
}
