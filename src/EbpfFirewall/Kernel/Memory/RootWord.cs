namespace EbpfFirewall.Kernel.Memory;

/// <summary>The slot of an index: where a tree's first node stands, and how high it is (<c>EFW_ROOT</c>).</summary>
internal static class RootWord
{
    /// <summary>The line is an <c>efw_sparse6</c>.</summary>
    public const int Sparse = 15;

    private const int HeightBits = 4;

    /// <exception cref="OverflowException">There are more lines than a root can name.</exception>
    public static uint Of(uint line, int height) => checked(line * (1u << HeightBits)) | (uint)height;
}
