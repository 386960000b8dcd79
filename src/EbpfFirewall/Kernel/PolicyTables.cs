using System.Net.Sockets;
using System.Runtime.InteropServices;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel;

/// <summary>Writes a compiled policy into the maps of an attachment that is not attached yet.</summary>
internal static class PolicyTables
{
    /// <summary>Terms that one class may have: <c>EFW_CLASS_TERMS_MAX</c> (efw_policy.h).</summary>
    private const int ClassTermsMax = 128;

    private const string Networks4 = "efw_networks4";
    private const string Networks6 = "efw_networks6";
    private const string Terms = "efw_terms";

    /// <summary>Gives the maps the room that the policy needs; a map cannot be empty.</summary>
    public static void Size(BpfObjectSpec spec, CompiledPolicy policy)
    {
        spec.Maps[Networks4].MaxEntries = (uint)Math.Max(1, policy.Networks.Count(IsIPv4));
        spec.Maps[Networks6].MaxEntries = (uint)Math.Max(1, policy.Networks.Count(network => !IsIPv4(network)));
        spec.Maps[Terms].MaxEntries = (uint)Math.Max(1, policy.Terms.Length);
    }

    /// <exception cref="EgressFirewallException">A network has more port ranges, its own and those around it, than the kernel side looks at.</exception>
    public static void Write(BpfObject programs, CompiledPolicy policy)
    {
        CheckClasses(policy);

        BpfMap<uint, TermRecord> terms = programs.Maps[Terms].As<uint, TermRecord>();
        for (int i = 0; i < policy.Terms.Length; i++)
        {
            terms.Set((uint)i, TermRecord.From(policy.Terms[i]));
        }

        BpfMap<Network4Key, ClassRecord> networks4 = programs.Maps[Networks4].As<Network4Key, ClassRecord>();
        BpfMap<Network6Key, ClassRecord> networks6 = programs.Maps[Networks6].As<Network6Key, ClassRecord>();
        foreach (CompiledNetwork network in policy.Networks)
        {
            var termClass = new ClassRecord((uint)network.Class.First, (uint)network.Class.Count);
            uint prefix = (uint)network.Network.PrefixLength;
            if (IsIPv4(network))
            {
                networks4.Set(new Network4Key(prefix, MemoryMarshal.Read<uint>(network.Network.BaseAddress.GetAddressBytes())), termClass);
            }
            else
            {
                networks6.Set(new Network6Key(prefix, AddressRecord.From(network.Network.BaseAddress)), termClass);
            }
        }
    }

    private static void CheckClasses(CompiledPolicy policy)
    {
        foreach (CompiledNetwork network in policy.Networks)
        {
            if (network.Class.Count > ClassTermsMax)
            {
                throw new EgressFirewallException(
                    ErrorCodes.PolicyTooLarge,
                    $"The rules for {network.Network} and the networks around it have {network.Class.Count} port ranges; "
                    + $"{ClassTermsMax} is the most. Join neighbouring ports to ranges, or give fewer.");
            }
        }
    }

    private static bool IsIPv4(CompiledNetwork network) =>
        network.Network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
}
