namespace EbpfFirewall.Native;

/// <summary>The two sides of an interface at which clsact runs filters.</summary>
public enum TrafficDirection
{
    /// <summary>What arrives at the interface.</summary>
    Ingress,

    /// <summary>What leaves through it.</summary>
    Egress,
}
