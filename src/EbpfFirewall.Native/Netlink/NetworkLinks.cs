using System.Runtime.InteropServices;
using System.Text;
using EbpfFirewall.Native.Netlink;

namespace EbpfFirewall.Native;

/// <summary>The interfaces of the network namespace of the calling thread, by rtnetlink(7).</summary>
/// <remarks>Safe for concurrent use.</remarks>
public static class NetworkLinks
{
    private const ushort GetLink = 18;
    private const ushort NameAttribute = 3;
    private const ushort LinkAttribute = 5;
    private const ushort LinkNamespaceAttribute = 37;

    /// <summary>Finds an interface by its name.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static NetworkLink? Find(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return List().FirstOrDefault(link => link.Name == name);
    }

    /// <summary>All interfaces.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static IReadOnlyList<NetworkLink> List()
    {
        using NetlinkSocket socket = new(NetlinkSocket.Route);
        NetlinkMessage message = new NetlinkMessage(GetLink, NetlinkMessage.Dump).Header(default(InterfaceMessage));
        return [.. socket.Dump(message, "list the network interfaces").Select(Parse)];
    }

    private static NetworkLink Parse(byte[] message)
    {
        InterfaceMessage header = MemoryMarshal.Read<InterfaceMessage>(message);
        Dictionary<int, byte[]> attributes = NetlinkMessage.ParseAttributes(message.AsSpan(Marshal.SizeOf<InterfaceMessage>()));
        string name = attributes.TryGetValue(NameAttribute, out byte[]? text) ? Encoding.UTF8.GetString(text).TrimEnd('\0') : "";
        return new NetworkLink(header.Index, name, header.Type, Number(LinkAttribute) ?? 0, Number(LinkNamespaceAttribute));

        int? Number(ushort attribute) =>
            attributes.TryGetValue(attribute, out byte[]? value) && value.Length >= sizeof(int) ? MemoryMarshal.Read<int>(value) : null;
    }

    /// <summary><c>struct ifinfomsg</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct InterfaceMessage
    {
        public readonly byte Family;
        public readonly byte Padding;
        public readonly ushort Type;
        public readonly int Index;
        public readonly uint Flags;
        public readonly uint Change;
    }
}
