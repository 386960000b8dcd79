using System.Text;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>A DNS query.</summary>
internal static class Question
{
    public const int TypeA = 1;

    public static byte[] Of(string name, int type = TypeA) =>
    [
        0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0,
        .. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]),
        0, (byte)(type >> 8), (byte)type, 0, 1,
    ];
}
