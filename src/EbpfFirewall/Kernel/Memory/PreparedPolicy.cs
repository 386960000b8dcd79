namespace EbpfFirewall.Kernel.Memory;

/// <summary>A policy with a set of learned addresses, in the lines of an attachment and not in force yet.</summary>
/// <param name="Image">The policy.</param>
/// <param name="Learned">The addresses.</param>
internal sealed record PreparedPolicy(PlacedImage Image, LearnedLines Learned);
