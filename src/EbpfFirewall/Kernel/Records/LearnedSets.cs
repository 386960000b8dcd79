using System.Runtime.CompilerServices;

namespace EbpfFirewall.Kernel.Records;

/// <summary>The sets of learned addresses of even and of odd generations.</summary>
[InlineArray(Length)]
internal struct LearnedSets
{
    public const int Length = 2;
    private LearnedSetRecord _first;
}
