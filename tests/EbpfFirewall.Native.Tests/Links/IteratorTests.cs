using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Links;

public sealed class IteratorTests
{
    [KernelFact]
    public void An_iterator_visits_every_kernel_object_of_its_kind()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("visited", BpfMapType.Array, 4, 4, 1));
        using BpfObject loaded = BpfObject.Load(TestObject.Parse("iter"));
        using BpfLink link = loaded.Programs["list_maps"].AttachIterator();

        uint[] first = Run(link);
        uint[] second = Run(link);

        link.GetInfo().Type.Should().Be(BpfLinkType.Iterator);
        first.Should().Contain(map.GetInfo().Id);
        second.Should().Contain(map.GetInfo().Id);
    }

    [FeatureFact(Function = "bpf_sock_destroy")]
    public void An_iterator_destroys_the_connections_of_a_port()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient client = new(AddressFamily.InterNetwork);
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        using Socket server = listener.AcceptSocket();
        using BpfObject loaded = LoadDestroyer("destroy_tcp", ((IPEndPoint)client.Client.LocalEndPoint!).Port);
        using BpfLink link = loaded.Programs["destroy_tcp"].AttachIterator();

        link.RunIterator();

        loaded.Variables["destroyed"].Get<uint>().Should().Be(1);
        client.Client.Invoking(static c => c.Receive(new byte[1])).Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionAborted);
        server.Invoking(static s => s.Receive(new byte[1])).Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [FeatureFact(Function = "bpf_sock_destroy")]
    public void An_iterator_destroys_the_datagram_sockets_of_a_port()
    {
        using UdpClient socket = new(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Connect((IPEndPoint)socket.Client.LocalEndPoint!);
        using BpfObject loaded = LoadDestroyer("destroy_udp", ((IPEndPoint)socket.Client.LocalEndPoint!).Port);
        using BpfLink link = loaded.Programs["destroy_udp"].AttachIterator();

        link.RunIterator();

        loaded.Variables["destroyed"].Get<uint>().Should().Be(1);
        socket.Client.Invoking(static s => s.Receive(new byte[1])).Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionAborted);
    }

    private static BpfObject LoadDestroyer(string program, int port)
    {
        BpfObjectSpec spec = TestObject.Parse("sock_destroy");
        spec.Variables["port"].Set((ushort)port);
        foreach (BpfProgramSpec each in spec.Programs.Values)
        {
            each.AutoLoad = each.Name == program;
        }

        return BpfObject.Load(spec);
    }

    private static uint[] Run(BpfLink link) => MemoryMarshal.Cast<byte, uint>(link.RunIterator()).ToArray();
}
