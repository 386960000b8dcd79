using System.Globalization;

namespace EbpfFirewall.Policies.Rules;

/// <summary>A run of ports, host order, both ends included.</summary>
internal readonly record struct PortRange(ushort First, ushort Last)
{
    /// <summary>Every port, 0 included: what a rule without ports means.</summary>
    internal static PortRange All { get; } = new(0, ushort.MaxValue);

    /// <summary>The form it has in a rule.</summary>
    public override string ToString() => First == Last
        ? First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");
}
