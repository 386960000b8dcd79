namespace EbpfFirewall.Native;

/// <summary>Where on a packet's way an XDP program runs.</summary>
public enum XdpMode
{
    /// <summary>In the driver if it can, else in the generic path.</summary>
    Any = 0,

    /// <summary>In the generic path, after the socket buffer was made (<c>XDP_FLAGS_SKB_MODE</c>).</summary>
    Generic = 2,

    /// <summary>In the driver (<c>XDP_FLAGS_DRV_MODE</c>).</summary>
    Driver = 4,

    /// <summary>In the device (<c>XDP_FLAGS_HW_MODE</c>).</summary>
    Hardware = 8,
}
