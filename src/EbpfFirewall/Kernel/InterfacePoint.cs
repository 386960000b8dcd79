using System.Globalization;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;
using EbpfFirewall.Sandboxes;

namespace EbpfFirewall.Kernel;

/// <summary>An interface: a program on each side, by tcx links, or by clsact filters where the kernel has none (before 6.6).</summary>
internal sealed class InterfacePoint(InterfaceTarget target) : IAttachPoint
{
    private const ulong UdpLifetimeNs = 180_000_000_000;
    private const ushort FilterPriority = 0xefb;
    private const string FilterPin = "filter_";
    private InterfaceRecord _settings;
    private NetworkLink? _interface;
    private InterfacePrograms? _programs;
    private BpfLink? _fromTarget;
    private BpfLink? _toTarget;
    private uint _filters;

    public bool UsesEgress => false;

    /// <summary>Whether the interface has gone, and the programs with it.</summary>
    public bool IsGone => HasFilters ? Inside(() => NetworkLinks.Find(target.Name)?.Index) != _interface!.Index : _fromTarget?.GetInfo().IsDefunct != false;

    private bool HasFilters => _filters != 0;

    private bool IsFromTargetIncoming => target.Side == InterfaceSide.Guest;

    public void Attach(KernelEngine engine, KernelSlot slot, PinFolder pins)
    {
        _interface = Inside(() => NetworkLinks.Find(target.Name)) ?? throw new EgressFirewallException(
            ErrorCodes.InterfaceUnavailable, $"there is no interface '{target.Name}'{Where}. `ip link` lists what there is.");
        byte ethernet = _interface.HardwareType switch
        {
            NetworkLink.Ethernet or NetworkLink.Loopback => 1,
            NetworkLink.None => 0,
            _ => throw new EgressFirewallException(
                ErrorCodes.InterfaceUnavailable,
                $"the interface '{target.Name}'{Where} has frames of a kind (ARPHRD {_interface.HardwareType}) that the firewall cannot read. Attach to an Ethernet, veth, tap or tun interface."),
        };
        _settings = new InterfaceRecord(slot.Number, (uint)KernelTicks.OfHost.Of(UdpLifetimeNs), ethernet, target.LinkControl, 0);
        InterfacePrograms programs = _programs = InterfacePrograms.Load(slot.Bank, _settings, flows: null);
        Inside(() =>
        {
            // What comes in is denied before anything goes out.
            if (target.UseClassifiers || !TryLink(programs, pins))
            {
                // Filters outlive their process: by the pin a cleanup finds them. No two programs of a host have the same id, so the
                // filters of two firewalls stand beside each other, and whoever removes his own cannot meet another's.
                _filters = programs.FromTarget.Id;
                programs.Flows.Pin(pins.PathOf($"{FilterPin}{_interface.Index}_{_filters}"));
                SetFilters(programs);
            }

            return 0;
        });
    }

    public void MoveTo(PolicyBank bank, uint number)
    {
        InterfacePrograms before = _programs!;
        _programs = InterfacePrograms.Load(bank, _settings, before.Flows);
        before.Dispose();
        if (HasFilters)
        {
            Inside(() =>
            {
                SetFilters(_programs);
                return 0;
            });
            return;
        }

        _toTarget?.Update(_programs.ToTarget);
        _fromTarget?.Update(_programs.FromTarget);
    }

    public void Dispose()
    {
        _fromTarget?.Dispose();
        _toTarget?.Dispose();
        _programs?.Dispose();
        if (HasFilters)
        {
            try
            {
                Inside(() => RemoveFilters(_interface!.Index, _filters));
            }
            catch (BpfException error) when (error.Error is Errno.ENOENT)
            {
                // The namespace has gone.
            }
        }
    }

    /// <summary>Removes the filters that a dead process has left on interfaces of our network namespace.</summary>
    public static void RemoveLeftovers(PinFolder pins)
    {
        foreach (string name in pins.Names().Where(name => name.StartsWith(FilterPin, StringComparison.Ordinal)))
        {
            string[] numbers = name[FilterPin.Length..].Split('_');
            if (numbers.Length == 2
                && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
                && uint.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint handle))
            {
                RemoveFilters(index, handle);
            }
        }
    }

    private string Where => target.NetworkNamespace is { } path ? $" in the network namespace {path}" : "";

    private T Inside<T>(Func<T> function)
    {
        if (target.NetworkNamespace is null)
        {
            return function();
        }

        using NetworkNamespace network = NetworkNamespace.Open(target.NetworkNamespace);
        return network.Run(function);
    }

    private bool TryLink(InterfacePrograms programs, PinFolder pins)
    {
        BpfAttachType incoming = BpfAttachType.TcxIngress;
        BpfAttachType outgoing = BpfAttachType.TcxEgress;
        try
        {
            _toTarget = programs.ToTarget.AttachToInterface(_interface!.Index, IsFromTargetIncoming ? outgoing : incoming, BpfAttachOrder.First);
        }
        catch (BpfException error) when (error.Error is Errno.EINVAL or Errno.EOPNOTSUPP)
        {
            return false;
        }

        _toTarget.Pin(pins.PathOf("link_efw_to_target"));
        _fromTarget = programs.FromTarget.AttachToInterface(_interface.Index, IsFromTargetIncoming ? incoming : outgoing, BpfAttachOrder.First);
        _fromTarget.Pin(pins.PathOf("link_efw_from_target"));
        return true;
    }

    private void SetFilters(InterfacePrograms programs)
    {
        Classifiers.Prepare(_interface!.Index);
        Classifiers.Set(programs.ToTarget, _interface.Index, Direction(fromTarget: false), FilterPriority, _filters);
        Classifiers.Set(programs.FromTarget, _interface.Index, Direction(fromTarget: true), FilterPriority, _filters);
    }

    private static int RemoveFilters(int index, uint handle)
    {
        foreach (TrafficDirection direction in (ReadOnlySpan<TrafficDirection>)[TrafficDirection.Ingress, TrafficDirection.Egress])
        {
            try
            {
                Classifiers.Remove(index, direction, FilterPriority, handle);
            }
            catch (BpfException error) when (error.Error is Errno.ENODEV or Errno.ENOENT or Errno.EINVAL)
            {
                // The interface has gone, or somebody removed clsact with all that was in it.
            }
        }

        return index;
    }

    private TrafficDirection Direction(bool fromTarget) =>
        fromTarget == IsFromTargetIncoming ? TrafficDirection.Ingress : TrafficDirection.Egress;
}
