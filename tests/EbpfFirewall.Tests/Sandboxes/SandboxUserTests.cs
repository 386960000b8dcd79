namespace EbpfFirewall.Tests.Sandboxes;

public sealed class SandboxUserTests
{
    [Theory]
    [InlineData("root")]
    [InlineData("0")]
    public void A_user_is_found_by_name_and_by_id(string nameOrId)
    {
        SandboxUser user = SandboxUser.Get(nameOrId);

        user.UserId.Should().Be(0);
        user.GroupId.Should().Be(0);
        user.Name.Should().Be("root");
        user.Home.Should().Be("/root");
        user.Groups.Should().Contain(0u);
    }

    [Fact]
    public void A_user_has_the_groups_that_id_lists()
    {
        SandboxUser user = SandboxUser.Get("nobody");

        user.Groups.Should().BeEquivalentTo(Support.Shell.Output("id -G nobody").Split(' ').Select(uint.Parse));
    }

    [Fact]
    public void A_number_without_an_entry_is_a_user_without_a_name()
    {
        SandboxUser user = SandboxUser.Get("3999999999");

        user.UserId.Should().Be(3999999999);
        user.GroupId.Should().Be(3999999999);
        user.Groups.Should().BeEmpty();
        user.Name.Should().BeEmpty();
        user.Home.Should().BeEmpty();
    }

    [Theory]
    [InlineData("no-such-user-here")]
    [InlineData("-1")]
    [InlineData("4294967295")]
    [InlineData("99999999999")]
    [InlineData(" root")]
    public void Who_does_not_exist_is_an_error_that_says_what_to_give(string nameOrId)
    {
        Action get = () => SandboxUser.Get(nameOrId);

        get.Should().Throw<EgressFirewallException>()
            .Where(error => error.Code == ErrorCodes.UserUnknown)
            .WithMessage($"*'{nameOrId}'*/etc/passwd*");
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void Nothing_is_a_mistake_of_the_caller(string? nameOrId) =>
        FluentActions.Invoking(() => SandboxUser.Get(nameOrId!)).Should().Throw<ArgumentException>();
}
