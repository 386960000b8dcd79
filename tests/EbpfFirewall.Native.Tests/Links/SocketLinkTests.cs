using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Native.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Native.Tests.Links;

public sealed class SocketLinkTests
{
    private static readonly byte[] First = [0, 0, 0, 0];

    [FeatureFact(Link = BpfLinkType.SockMap)]
    public void A_program_sees_what_the_sockets_of_a_map_send_while_its_link_lives()
    {
        using BpfObject loaded = TestObject.Load("attach", "on_message");
        BpfLink link = loaded.Programs["on_message"].AttachToSockets(loaded.Maps["sockets"]);

        Exchange(loaded);
        ulong seen = loaded.Variables["hits"].Get<ulong>();
        BpfLinkInfo info = link.GetInfo();
        link.Dispose();
        Exchange(loaded);

        seen.Should().Be(1);
        info.Type.Should().Be(BpfLinkType.SockMap);
        loaded.Variables["hits"].Get<ulong>().Should().Be(seen);
    }

    [KernelFact]
    public void A_program_sees_what_the_sockets_of_a_map_send_without_a_link()
    {
        using BpfObject loaded = TestObject.Load("attach", "on_message");
        BpfProgram program = loaded.Programs["on_message"];
        BpfMap map = loaded.Maps["sockets"];
        program.AttachToSocketsWithoutLink(map);

        Exchange(loaded);
        ulong seen = loaded.Variables["hits"].Get<ulong>();
        program.DetachFromSockets(map);
        Exchange(loaded);

        seen.Should().Be(1);
        loaded.Variables["hits"].Get<ulong>().Should().Be(seen);
        program.Invoking(p => p.DetachFromSockets(map)).Should().Throw<BpfException>().Which.Error.Should().Be(Errno.ENOENT);
    }

    [FeatureFact(Link = BpfLinkType.NetworkNamespace)]
    public void A_program_is_asked_who_takes_the_connections_of_a_network_namespace()
    {
        using TestNetwork network = new();
        using BpfObject loaded = TestObject.Load("attach", "on_lookup");
        using BpfLink link = loaded.Programs["on_lookup"].AttachToNetworkNamespace(network.Namespace);

        network.Run(static () =>
        {
            (Socket client, Socket server) = Connect();
            client.Dispose();
            server.Dispose();
            return 0;
        });

        loaded.Variables["hits"].Get<ulong>().Should().BePositive();
        (link.GetInfo().Type, link.GetInfo().AttachType).Should().Be((BpfLinkType.NetworkNamespace, BpfAttachType.SkLookup));
    }

    /// <summary>Sends one message through a socket of the map and receives it.</summary>
    private static void Exchange(BpfObject loaded)
    {
        (Socket client, Socket server) = Connect();
        using (client)
        using (server)
        {
            loaded.Maps["sockets"].UpdateDescriptor(First, client.SafeHandle);
            client.Send([1, 2, 3]).Should().Be(3);
            byte[] received = new byte[8];
            server.Receive(received).Should().Be(3);
            received[..3].Should().Equal(1, 2, 3);
        }
    }

    private static (Socket Client, Socket Server) Connect()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        return (client, listener.Accept());
    }
}
