namespace EbpfFirewall.Policies;

/// <summary>A class: a run of <see cref="CompiledPolicy.Terms"/>, in the order in which they are asked.</summary>
/// <param name="First">Index of the first term.</param>
/// <param name="Count">Number of terms; 0 says nothing about anything.</param>
public readonly record struct TermClass(int First, int Count);
