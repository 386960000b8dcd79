using System.Text.Json;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Features;

public sealed class KernelFeaturesTests
{
    private static readonly Lazy<JsonElement> Oracle = new(static () => BpfTool.Run("feature", "probe", "kernel"));

    [KernelFact]
    public void Map_types_agree_with_bpftool()
    {
        List<string> differences = [];
        foreach ((string name, bool expected) in Answers("map_types", "_map_type"))
        {
            if (Enum.TryParse(Rename(name), ignoreCase: true, out BpfMapType type) && KernelFeatures.Probe(type) != Expect(expected))
            {
                differences.Add($"{name}: {KernelFeatures.Probe(type)}, bpftool {expected}");
            }
        }

        Answers("map_types", "_map_type").Count(static a => Enum.TryParse(Rename(a.Name), ignoreCase: true, out BpfMapType _)).Should().BeGreaterThan(25);
        differences.Should().BeEmpty();
    }

    [KernelFact]
    public void Program_types_agree_with_bpftool_except_that_not_allowed_is_said_apart()
    {
        List<string> differences = [];
        int compared = 0;
        foreach ((string name, bool expected) in Answers("program_types", "_prog_type"))
        {
            if (Enum.TryParse(Rename(name), ignoreCase: true, out BpfProgramType type))
            {
                compared++;
                FeatureSupport ours = KernelFeatures.Probe(type);
                if (ours != Expect(expected) && !(ours == FeatureSupport.NotAllowed && !expected))
                {
                    differences.Add($"{name}: {ours}, bpftool {expected}");
                }
            }
        }

        compared.Should().BeGreaterThan(25);
        differences.Should().BeEmpty();
    }

    [KernelTheory]
    [InlineData(BpfProgramType.CgroupSkb, "cgroup_skb", 1, 26, 64)]
    [InlineData(BpfProgramType.CgroupSockAddr, "cgroup_sock_addr", 64, 46, 44)]
    [InlineData(BpfProgramType.SchedCls, "sched_cls", 26, 155, 64)]
    [InlineData(BpfProgramType.Xdp, "xdp", 44, 51, 64)]
    public void Helpers_that_a_program_type_has_are_told_from_those_it_lacks(
        BpfProgramType type, string section, int present, int alsoPresent, int absent)
    {
        // An older bpftool takes the newer kernels' "program of this type cannot use helper" for a yes: it says too much, never too little.
        int upperBound = Oracle.Value.GetProperty("helpers").GetProperty($"{section}_available_helpers").GetArrayLength();

        int ours = Enumerable.Range(1, 211).Count(h => KernelFeatures.ProbeHelper(type, h) == FeatureSupport.Yes);

        ours.Should().BeInRange(20, upperBound + 4, "bpftool leaves four out that print warnings");
        KernelFeatures.ProbeHelper(type, present).Should().Be(FeatureSupport.Yes);
        KernelFeatures.ProbeHelper(type, alsoPresent).Should().Be(FeatureSupport.Yes);
        KernelFeatures.ProbeHelper(type, absent).Should().Be(FeatureSupport.No);
    }

    [KernelFact]
    public void Hooks_and_links_are_told_apart_from_what_no_kernel_has()
    {
        KernelFeatures.Probe(BpfProgramType.CgroupSockAddr, BpfAttachType.CgroupInet6Connect).Should().Be(FeatureSupport.Yes);
        KernelFeatures.Probe(BpfProgramType.CgroupSockAddr, BpfAttachType.CgroupUdp4Recvmsg).Should().Be(FeatureSupport.Yes);
        KernelFeatures.Probe(BpfProgramType.CgroupSockAddr, (BpfAttachType)1000).Should().Be(FeatureSupport.No);
        KernelFeatures.Probe(BpfLinkType.Cgroup).Should().Be(FeatureSupport.Yes);
        KernelFeatures.Probe((BpfMapType)1000).Should().Be(FeatureSupport.No);
        KernelFeatures.Probe((BpfProgramType)1000).Should().Be(FeatureSupport.No);
        KernelFeatures.ProbeHelper(BpfProgramType.CgroupSkb, 100_000).Should().Be(FeatureSupport.No);
        KernelFeatures.ProbeHelper(BpfProgramType.Tracing, 1).Should().Be(FeatureSupport.Unknown);
    }

    private static FeatureSupport Expect(bool answer) => answer ? FeatureSupport.Yes : FeatureSupport.No;

    private static IEnumerable<(string Name, bool Answer)> Answers(string section, string suffix) => Oracle.Value.GetProperty(section)
        .EnumerateObject()
        .Where(p => p.Name.EndsWith(suffix, StringComparison.Ordinal))
        .Select(p => (p.Name["have_".Length..^suffix.Length], p.Value.GetBoolean()));

    /// <summary>bpftool's snake case to ours: <c>lru_percpu_hash</c> is LruPerCpuHash.</summary>
    private static string Rename(string name) => name switch
    {
        "prog_array" => "ProgramArray",
        "ringbuf" => "RingBuffer",
        "user_ringbuf" => "UserRingBuffer",
        "cgrp_storage" => "CgroupLocalStorage",
        "ext" => "Extension",
        _ => name.Replace("_", "", StringComparison.Ordinal),
    };
}
