using System.Text;

namespace EbpfFirewall.Core.Tests.Support;

/// <summary>Names in wire form, from text.</summary>
internal static class WireName
{
    internal static byte[] Of(string name)
    {
        List<byte> wire = [];
        foreach (string label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            wire.Add((byte)label.Length);
            wire.AddRange(Encoding.Latin1.GetBytes(label));
        }

        wire.Add(0);
        return [.. wire];
    }
}
