using EbpfFirewall.Integration.Tests.Infrastructure;

namespace EbpfFirewall.Integration.Tests.PolicyErrors;

/// <summary>A policy that cannot be meant is refused before anything runs.</summary>
[Collection(LabCollection.Name)]
public sealed class RuleErrorTests(LabFixture lab)
{
    private const int OwnFailure = 125;

    [KernelTheory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("https://")]
    [InlineData("allowed..test")]
    [InlineData(".")]
    [InlineData("999.1.1.1")]
    [InlineData("198.51.100.0/33")]
    [InlineData("2001:db8::/129")]
    [InlineData("allowed.test:0")]
    [InlineData("allowed.test:65536")]
    [InlineData("allowed.test:90-80")]
    [InlineData("allowed.test:")]
    [InlineData("a*.test")]
    [InlineData("allowed.test,other.test")]
    public async Task A_rule_that_cannot_match_is_an_error(string rule)
    {
        CommandResult result = await lab.RunCliAsync("run", "--allow", rule, "--", "echo", "ran");

        result.ExitCode.Should().Be(OwnFailure, "{0}", result);
        result.Output.Should().BeEmpty();
        result.Error.Should().NotBeEmpty().And.NotContain("   at ", "an error is a sentence, not a stack");
    }

    [KernelTheory]
    [InlineData("https://allowed.test/path")]
    [InlineData("allowed.test ttl=10m")]
    public async Task A_form_that_is_yet_to_come_says_so(string rule)
    {
        CommandResult result = await lab.RunCliAsync("run", "--allow", rule, "--", "echo", "ran");

        result.ExitCode.Should().Be(OwnFailure, "{0}", result);
        result.Output.Should().BeEmpty();
        result.Error.Should().Contain("not supported", "{0}", result);
    }

    [KernelTheory]
    [InlineData("allowed.test", "allowed.test")]
    [InlineData("allowed.test", "ALLOWED.test.")]
    [InlineData("198.51.100.10", "198.51.100.10/32")]
    public async Task A_duplicate_is_an_error(string first, string second)
    {
        CommandResult result = await lab.RunCliAsync("run", "--allow", first, "--allow", second, "--", "echo", "ran");

        result.ExitCode.Should().Be(OwnFailure, "{0}", result);
        result.Output.Should().BeEmpty();
        result.Error.Should().Contain(first, "{0}", result).And.Contain(second);
    }

    [KernelFact]
    public async Task All_errors_are_reported_at_once()
    {
        CommandResult result = await lab.RunCliAsync(
            "run", "--allow", "", "--allow", "bad..name", "--deny", "198.51.100.0/99", "--allow", "allowed.test:99999", "--", "true");

        result.ExitCode.Should().Be(OwnFailure, "{0}", result);
        result.Error.Should().Contain("bad..name").And.Contain("198.51.100.0/99").And.Contain("allowed.test:99999");
    }

    [KernelFact]
    public async Task Without_any_rule_the_user_is_told_what_to_give()
    {
        CommandResult result = await lab.RunCliAsync("run", "--", "echo", "ran");

        result.ExitCode.Should().Be(OwnFailure, "{0}", result);
        result.Output.Should().BeEmpty();
        result.Error.Should().ContainAll("--allow", "--deny", "--observe", "--mode");
    }

    [KernelTheory]
    [InlineData("run", "--mode", "everything", "--", "true")]
    [InlineData("run", "--allow", "allowed.test", "--no-such-option", "--", "true")]
    [InlineData("run", "--allow", "allowed.test", "--dns-upstream", "not-an-address", "--", "true")]
    [InlineData("run", "--allow", "allowed.test", "--log-file", "/no/such/directory/log", "--", "true")]
    [InlineData("run", "--allow", "allowed.test", "--user", "no-such-user", "--", "true")]
    [InlineData("run", "--allow", "allowed.test", "--")]
    [InlineData("run", "--allow", "allowed.test")]
    [InlineData("no-such-verb")]
    [InlineData]
    public async Task Other_mistakes_of_the_caller_are_our_own_failure_too(params string[] arguments)
    {
        CommandResult result = await lab.RunCliAsync([.. arguments]);

        result.ExitCode.Should().Be(OwnFailure, "{0}", result);
        result.Error.Should().NotBeEmpty().And.NotContain("   at ", "{0}", result);
    }
}
