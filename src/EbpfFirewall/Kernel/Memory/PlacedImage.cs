namespace EbpfFirewall.Kernel.Memory;

/// <summary>A policy that stands in an array of lines, for every attachment that has it.</summary>
internal sealed class PlacedImage(PolicyImage image, uint first, uint count, byte shift4)
{
    public PolicyImage Image { get; } = image;

    /// <summary>The line that describes it.</summary>
    public uint First { get; } = first;

    public uint Count { get; } = count;

    /// <summary>Of its IPv4 index.</summary>
    public byte Shift4 { get; } = shift4;

    /// <summary>Attachments that have it.</summary>
    public int Users { get; set; }
}
