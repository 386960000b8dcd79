namespace EbpfFirewall.Tests.Enforcing;

/// <summary>When a controller of cgroup version 1 makes programs blind.</summary>
public sealed class LegacyHierarchyTests
{
    private const string Heading = "#subsys_name\thierarchy\tnum_cgroups\tenabled";

    [Theory]
    [InlineData("5.10.0", "net_cls\t3\t2\t1", "net_cls")]
    [InlineData("5.14.21", "net_prio\t3\t5\t1", "net_prio")]
    [InlineData("5.10.0", "net_cls\t3\t1\t1", null)]
    [InlineData("5.10.0", "net_cls\t0\t40\t1", null)]
    [InlineData("5.10.0", "cpu\t3\t2\t1", null)]
    [InlineData("5.15.0", "net_cls\t3\t2\t1", null)]
    [InlineData("6.18.1", "net_prio\t3\t5\t1", null)]
    public void One_that_has_cgroups_blinds_kernels_before_5_15(string kernel, string line, string? expected)
    {
        string? found = LegacyHierarchies.FindBlinding(Version.Parse(kernel), [Heading, "memory\t2\t9\t1", line]);

        found.Should().Be(expected);
    }
}
