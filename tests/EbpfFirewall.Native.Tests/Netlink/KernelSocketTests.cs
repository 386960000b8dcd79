using System.Net;
using System.Net.Sockets;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Netlink;

public sealed class KernelSocketTests
{
    [KernelTheory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void A_connection_is_listed_and_its_holder_can_be_rid_of_it(string address)
    {
        using Socket listener = new(IPAddress.Parse(address).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        listener.Listen();
        using Socket client = new(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        using Socket server = listener.Accept();

        KernelSocket found = KernelSockets.List(ProtocolType.Tcp).Single(s => s.Local.Equals(client.LocalEndPoint) && s.Remote.Equals(client.RemoteEndPoint));
        bool first = Destroy(found, out bool isSupported);

        found.State.Should().Be(1);
        found.Inode.Should().NotBe(0);
        if (isSupported)
        {
            first.Should().BeTrue();
            client.Invoking(static c => c.Receive(new byte[1])).Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionAborted);
            KernelSockets.Destroy(found).Should().BeFalse("it is gone");
        }
        else
        {
            client.Connected.Should().BeTrue("this kernel cannot destroy sockets, and said so");
        }
    }

    [KernelFact]
    public void A_datagram_socket_is_listed_under_its_port()
    {
        using UdpClient socket = new(new IPEndPoint(IPAddress.Loopback, 0));

        KernelSockets.List(ProtocolType.Udp).Should().ContainSingle(s => s.Local.Equals(socket.Client.LocalEndPoint)).Which.Remote.Port.Should().Be(0);
    }

    private static bool Destroy(KernelSocket socket, out bool isSupported)
    {
        try
        {
            isSupported = true;
            return KernelSockets.Destroy(socket);
        }
        catch (BpfException failure) when (failure.Error == Errno.EOPNOTSUPP)
        {
            isSupported = false;
            return false;
        }
    }
}
