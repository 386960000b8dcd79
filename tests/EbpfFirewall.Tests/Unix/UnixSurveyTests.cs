using EbpfFirewall.Policies;
using EbpfFirewall.Sandboxes;

namespace EbpfFirewall.Tests.Unix;

public sealed class UnixSurveyTests
{
    private static readonly string[] Table =
    [
        "Num       RefCount Protocol Flags    Type St Inode Path",
        "0000000000000000: 00000002 00000000 00010000 0001 01   101 /run/docker.sock",
        "0000000000000000: 00000002 00000000 00010000 0001 01   102 /run/with blank",
        "0000000000000000: 00000002 00000000 00010000 0001 01   103 @abstract",
        "0000000000000000: 00000002 00000000 00000000 0002 01   104",
        "0000000000000000: 00000002 00000000 00010000 0001 01   105 relative",
        "0000000000000000: 00000002 00000000 00010000 0001 01   106 /tmp/own",
        "0000000000000000: 00000003 00000000 00000000 0001 03   107 /tmp/own",
    ];

    [Fact]
    public void What_the_policy_does_not_allow_and_the_sandbox_does_not_own_is_covered()
    {
        string list = UnixSurvey.List(Policy(builder => builder.Allow("192.0.2.1")), Table, new HashSet<ulong> { 106 });

        list.Split('\0').Should().Equal("-/run/docker.sock", "-/run/with blank", "+/tmp/own", "");
    }

    [Fact]
    public void What_a_rule_allows_stays_open_with_the_place_where_it_may_come_to_be()
    {
        string list = UnixSurvey.List(Policy(builder => builder.Allow("unix:/run/docker.sock").Allow("unix:/srv/x/**").Deny("unix:/tmp/**")), Table, new HashSet<ulong>());

        list.Split('\0').Should().Equal("+/run", "+/run/docker.sock", "-/run/with blank", "+/srv/x/", "-/tmp/own", "");
    }

    private static CompiledPolicy Policy(Action<FirewallPolicyBuilder> configure)
    {
        FirewallPolicyBuilder builder = new();
        configure(builder);
        return builder.Build().Compile();
    }
}
