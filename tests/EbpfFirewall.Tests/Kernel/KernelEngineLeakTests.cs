using EbpfFirewall.Kernel;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Sandboxes;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Kernel;

/// <summary>What engines leave in this process: nothing runs beside these.</summary>
[Collection(nameof(AloneCollection))]
public sealed class KernelEngineLeakTests
{
    [KernelFact]
    public void An_engine_closes_what_it_opened_the_place_for_the_next_attachment_too()
    {
        Move(); // what is made once
        int descriptors = OwnProcess.Descriptors();
        string kinds = OwnProcess.DescriptorKinds();

        KernelEngine.Create().Dispose(); // while that place is being made
        Move();

        OwnProcess.Descriptors().Should().BeLessThanOrEqualTo(descriptors, $"there were {kinds}, and now there are {OwnProcess.DescriptorKinds()}");
    }

    [KernelFact]
    public void An_attachment_that_cannot_be_made_gives_its_place_back()
    {
        using KernelEngine engine = KernelEngine.Create(attachmentsMax: 1);
        for (int i = 0; i < 3; i++)
        {
            FluentActions.Invoking(() => new KernelLab(policy => policy.Allow("192.0.2.1"), engine, point => new NowherePoint(point)))
                .Should().Throw<EgressFirewallException>().Where(error => error.Code == ErrorCodes.KernelRefused);
        }

        using var lab = new KernelLab(policy => policy.Allow("192.0.2.1"), engine);
        lab.Take("tcp 4 192.0.2.99 80").Should().Equal("EPERM");
        engine.BankCount.Should().Be(1);
    }

    private static void Move()
    {
        using KernelEngine engine = KernelEngine.Create();
        using var first = new KernelLab(policy => policy.Allow("192.0.2.1"), engine);
        using var second = new KernelLab(policy => policy.Allow("192.0.2.2"), engine);
        first.FillBank();
        first.Use(policy => policy.Allow("192.0.2.3"));
    }
}
