using EbpfFirewall.Policies;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EbpfFirewall.Tests.DependencyInjection;

public sealed class AddEgressFirewallTests
{
    [Fact]
    public void It_registers_a_builder_that_is_set_up()
    {
        using ServiceProvider services = new ServiceCollection().AddEgressFirewall(builder => builder.Allow("example.test")).BuildServiceProvider();

        FirewallPolicy policy = services.GetRequiredService<FirewallBuilder>().BuildPolicy();

        policy.Mode.Should().Be(PolicyMode.AllowList);
        policy.Rules.Should().ContainSingle().Which.Text.Should().Be("example.test");
    }

    [Fact]
    public void Everybody_who_asks_gets_a_builder_of_their_own()
    {
        using ServiceProvider services = new ServiceCollection().AddEgressFirewall(builder => builder.Allow("example.test")).BuildServiceProvider();

        FirewallBuilder first = services.GetRequiredService<FirewallBuilder>();

        services.GetRequiredService<FirewallBuilder>().Should().NotBeSameAs(first);
    }

    [Fact]
    public void The_first_registration_stands()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddEgressFirewall(builder => builder.Allow("first.test"))
            .AddEgressFirewall(builder => builder.Allow("second.test"))
            .BuildServiceProvider();

        services.GetRequiredService<FirewallBuilder>().BuildPolicy().Rules.Single().Text.Should().Be("first.test");
    }

    [KernelFact]
    public async Task It_logs_through_the_containers_logger_factory()
    {
        using var logger = new RecordingLogger();
        await using ServiceProvider services = new ServiceCollection()
            .AddSingleton<ILoggerFactory>(logger)
            .AddEgressFirewall(builder => builder.Allow("example.test"))
            .BuildServiceProvider();

        await using (IEgressFirewall firewall = await services.GetRequiredService<FirewallBuilder>().StartAsync())
        {
            await using ISandbox sandbox = await firewall.CreateSandboxAsync("logged");
        }

        logger.Entries.Select(entry => entry.Message).Should().Contain("Sandbox logged is gone.").And.Contain(message => message.StartsWith("Sandbox logged is up"));
    }

    [Fact]
    public void Nothing_is_a_mistake_of_the_caller()
    {
        FluentActions.Invoking(() => new ServiceCollection().AddEgressFirewall(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => ((IServiceCollection)null!).AddEgressFirewall(_ => { })).Should().Throw<ArgumentNullException>();
    }
}
