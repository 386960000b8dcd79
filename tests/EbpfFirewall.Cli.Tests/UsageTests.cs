using EbpfFirewall.Cli.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Cli.Tests;

/// <summary>Each mistake ends with 125, runs nothing, and says what to do instead.</summary>
public sealed class UsageTests
{
    public static TheoryData<string[], string> Mistakes => new()
    {
        { [], "say what to do: `efw run" },
        { ["fly"], "fly" },
        { ["run"], "put the command behind `--`: efw run --allow" },
        { ["run", "--allow", "192.0.2.1"], "put the command behind `--`" },
        { ["run", "--allow", "192.0.2.1", "true"], "true" },
        { ["run", "--allow", "192.0.2.1", "--"], "no command behind `--`" },
        { ["run", "--allow", "192.0.2.1", "--", ""], "no command behind `--`" },
        { ["run", "--", "true"], "--mode" },
        { ["run", "--", "true"], "--observe" },
        { ["run", "--allow", "--", "true"], "--allow" },
        { ["run", "--alow", "192.0.2.1", "--", "true"], "--alow" },
        { ["run", "--allow", "", "--", "true"], "--allow" },
        { ["run", "--allow", "not a rule", "--", "true"], "not a rule" },
        { ["run", "--allow", "192.0.2.300", "--", "true"], "192.0.2.300" },
        { ["run", "--allow", "https://example.com/api", "--", "true"], "not" },
        { ["run", "--allow", "192.0.2.1", "--allow", "192.0.2.1", "--", "true"], "192.0.2.1" },
        { ["run", "--observe", "--mode", "allow-list", "--", "true"], "--observe and --mode both set the mode: give one of them" },
        { ["run", "--mode", "open", "--", "true"], "there is no mode 'open'; there are" },
        { ["run", "--allow", "192.0.2.1", "--dns-upstream", "dns.example", "--", "true"], "'dns.example' is not a name server: give an address" },
        { ["run", "--allow", "192.0.2.1", "--dns-upstream", "192.0.2.1:99999", "--", "true"], "'192.0.2.1:99999' is not a name server" },
        { ["run", "--allow", "192.0.2.1", "--dns-upstream", "", "--", "true"], "is not a name server" },
        { ["run", "--allow", "192.0.2.1", "--privileged", "--", "true"], "--privileged" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_ends_with_125_and_says_what_to_do(string[] arguments, string says)
    {
        Result result = await Efw.RunAsync(arguments);

        result.ExitCode.Should().Be(125, result.Error);
        result.Out.Should().BeEmpty();
        result.Error.Should().StartWith("efw: ").And.Contain(says).And.NotContain("   at ");
    }

    [Fact]
    public async Task All_mistakes_in_the_rules_are_told_at_once()
    {
        Result result = await Efw.RunAsync("run", "--allow", "192.0.2.300", "--deny", "a..b", "--allow", "", "--", "true");

        result.ExitCode.Should().Be(125);
        result.Error.Should().Contain("EFW0001").And.Contain("3 errors").And.Contain("192.0.2.300").And.Contain("a..b");
    }

    [KernelTheory]
    [InlineData("/no/such/folder/log.json")]
    [InlineData("/etc")]
    [InlineData("/etc/passwd/log.json")]
    public async Task A_log_file_that_cannot_be_written_is_told_before_anything_runs(string path)
    {
        Result result = await Efw.RunAsync("run", "--allow", "192.0.2.1", "--log-file", path, "--", "echo", "ran");

        result.ExitCode.Should().Be(125);
        result.Error.Should().Contain("EFW0206").And.Contain(path);
        result.Out.Should().BeEmpty();
    }

    [KernelFact]
    public async Task An_unknown_user_is_told_before_anything_runs()
    {
        Result result = await Efw.RunAsync("run", "--allow", "192.0.2.1", "--user", "no-such-user-here", "--", "echo", "ran");

        result.ExitCode.Should().Be(125);
        result.Error.Should().Contain("EFW0204").And.Contain("no-such-user-here");
        result.Out.Should().BeEmpty();
    }

    [KernelTheory]
    [InlineData("")]
    [InlineData("everything")]
    [InlineData("net_raw,net_admin")]
    public async Task An_unknown_privilege_is_told_with_those_there_are(string name)
    {
        Result result = await Efw.RunAsync("run", "--allow", "192.0.2.1", "--privileged", name, "--", "echo", "ran");

        result.ExitCode.Should().Be(125);
        result.Error.Should().Contain("EFW0208").And.Contain($"'{name}'").And.Contain("io_uring, namespaces, processes, abstract_unix, chown");
        result.Out.Should().BeEmpty();
    }

    [Fact]
    public async Task Inbound_is_allow_or_deny()
    {
        Result result = await Efw.RunAsync("run", "--allow", "192.0.2.1", "--inbound", "perhaps", "--", "echo", "ran");

        result.ExitCode.Should().Be(125);
        result.Error.Should().Contain("perhaps");
        result.Out.Should().BeEmpty();
    }

    [KernelFact]
    public async Task Without_root_it_says_to_use_sudo()
    {
        Result result = await Efw.RunAsync(Efw.Behind(
            "exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"", "run", "--allow", "192.0.2.1", "--", "true"));

        result.ExitCode.Should().Be(125, result.Error);
        result.Error.Should().Contain("EFW0101").And.Contain("sudo");
    }

    [Fact]
    public async Task Help_lists_every_option_and_ends_with_0()
    {
        Result result = await Efw.RunAsync("run", "--help");

        result.ExitCode.Should().Be(0);
        result.Out.Should().ContainAll("--allow", "--deny", "--observe", "--mode", "--dns-upstream", "--log-file", "--user", "--debug");
    }
}
