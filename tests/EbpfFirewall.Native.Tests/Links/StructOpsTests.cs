using System.Net.Sockets;
using System.Text;
using EbpfFirewall.Native.Tests.Support;

namespace EbpfFirewall.Native.Tests.Links;

public sealed class StructOpsTests
{
    [FeatureFact(Program = BpfProgramType.StructOps, Link = BpfLinkType.StructOps)]
    public void A_congestion_control_is_in_effect_while_its_link_lives()
    {
        using BpfObject loaded = BpfObject.Load(Parse("-DLINK"));
        BpfStructOps control = loaded.StructOps["steady"];

        SocketError before = Use("efw_linked");
        SocketError during;
        using (BpfLink link = control.Attach())
        {
            during = Use("efw_linked");
            link.GetInfo().Type.Should().Be(BpfLinkType.StructOps);
            control.Invoking(static c => c.Attach()).Should().Throw<BpfException>("the name is taken");
        }

        (before, during, Use("efw_linked")).Should().Be((SocketError.SocketError, SocketError.Success, SocketError.SocketError));
        loaded.Variables["started"].Get<ulong>().Should().BePositive();
        (control.KernelType, control.HasLink).Should().Be(("tcp_congestion_ops", true));
        control.Invoking(static c => c.Register()).Should().Throw<InvalidOperationException>();
    }

    [FeatureFact(Program = BpfProgramType.StructOps, Link = BpfLinkType.StructOps)]
    public void An_implementation_takes_the_place_of_another_in_one_step()
    {
        using BpfObject first = BpfObject.Load(Parse("-DLINK"));
        using BpfObject second = BpfObject.Load(Parse("-DLINK"));
        using BpfLink link = first.StructOps["steady"].Attach();

        second.StructOps["steady"].Replace(link);
        Use("efw_linked").Should().Be(SocketError.Success);

        first.Variables["started"].Get<ulong>().Should().Be(0);
        second.Variables["started"].Get<ulong>().Should().BePositive();
    }

    [FeatureFact(Program = BpfProgramType.StructOps)]
    public void A_congestion_control_without_a_link_is_in_effect_until_it_is_unregistered()
    {
        using BpfObject loaded = BpfObject.Load(Parse(""));
        BpfStructOps control = loaded.StructOps["steady"];

        control.Register();
        SocketError during = Use("efw_plain");

        during.Should().Be(SocketError.Success);
        control.Unregister().Should().BeTrue();
        Use("efw_plain").Should().Be(SocketError.SocketError);
        control.Invoking(static c => c.Attach()).Should().Throw<InvalidOperationException>();
    }

    [FeatureFact(Program = BpfProgramType.StructOps)]
    public void A_member_that_the_kernel_lacks_is_refused_by_name()
    {
        Action load = static () =>
        {
            using BpfObject loaded = BpfObject.Load(Parse("-DSURPLUS"));
            loaded.StructOps["steady"].Register();
        };

        load.Should().Throw<BpfException>().WithMessage("*'steady' sets 'no_such_member'*");
    }

    private static BpfObjectSpec Parse(string option) => BpfObjectSpec.Parse(TestObject.Compile("congestion", options: "-mcpu=v3 -g " + option));

    /// <summary>Chooses a congestion control for a connection.</summary>
    private static SocketError Use(string name)
    {
        const int Tcp = 6;
        const int Congestion = 13;
        using TcpListener listener = new(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(listener.LocalEndpoint);
        try
        {
            socket.SetRawSocketOption(Tcp, Congestion, Encoding.ASCII.GetBytes(name));
            return SocketError.Success;
        }
        catch (SocketException)
        {
            return SocketError.SocketError;
        }
    }
}
