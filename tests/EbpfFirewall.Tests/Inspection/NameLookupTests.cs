using System.Text;
using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Policies;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Tests.Inspection;

/// <summary>The kernel's look-up of a name against Core's, which the DNS proxy asks.</summary>
public sealed class NameLookupTests(InspectionFixture kernel) : IClassFixture<InspectionFixture>
{
    private NameLab Lab => kernel.Names;

    [KernelFact]
    public void Every_form_of_rule_speaks_of_its_names_and_of_no_other()
    {
        CompiledPolicy policy = new FirewallPolicyBuilder()
            .Allow("tree.example").Allow("=only.example:443").Allow("*.below.example:80").Deny("=x.tree.example").Build().Compile();
        TermLines terms = Lab.Put(policy);

        foreach (string name in (string[])["tree.example", "a.tree.example", "a.b.tree.example", "x.tree.example", "y.x.tree.example",
            "only.example", "a.only.example", "below.example", "a.below.example", "a.b.below.example", "example", "eviltree.example",
            "ree.example", "tree.example.evil", "tree", "e", "tree-example"])
        {
            Lab.Ask(name).Should().Be(Expected(policy, terms, name), name);
        }

        Lab.Ask("eviltree.example").Should().Be(0, "a suffix begins at a label");
        Lab.Ask("a.only.example").Should().Be(0);
        Lab.Ask("below.example").Should().Be(0);
        Lab.Ask("tree.example").Should().BePositive();
    }

    [KernelFact]
    public void The_answer_is_that_of_the_policy_for_every_name_of_random_policies()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        int asked = 0;
        for (int round = 0; round < 150; round++)
        {
            CompiledPolicy policy = round % 2 == 0
                ? new RandomPolicy(seed + round).Next().Compile()
                : RandomNames(random, random.Next(1, 300));
            TermLines terms = Lab.Put(policy);
            string[] known = [.. policy.Names.Select(name => name.Name), "x", "test"];

            for (int i = 0; i < 600; i++)
            {
                string name = Vary(random, known[random.Next(known.Length)]);
                int answer = Lab.Ask(name);
                if (answer != Expected(policy, terms, name))
                {
                    answer.Should().Be(Expected(policy, terms, name), "{0} (seed {1}, round {2})", name, seed, round);
                }

                asked++;
            }
        }

        asked.Should().Be(90_000);
    }

    [KernelFact]
    public void Ten_thousand_names_are_each_found_and_their_neighbours_are_not()
    {
        FirewallPolicyBuilder builder = new();
        for (int i = 0; i < 10_000; i++)
        {
            builder.Allow($"=n{i}.example");
        }

        TermLines terms = Lab.Put(builder.Build().Compile());

        for (int i = 0; i < 10_000; i++)
        {
            Lab.Ask($"n{i}.example").Should().BePositive();
            Lab.Ask($"m{i}.example").Should().Be(0);
        }

        terms.LineCount.Should().BePositive();
    }

    [KernelTheory]
    [InlineData(1)]
    [InlineData(55)]
    [InlineData(56)]
    [InlineData(57)]
    [InlineData(119)]
    [InlineData(120)]
    [InlineData(121)]
    [InlineData(184)]
    [InlineData(185)]
    [InlineData(253)]
    public void Names_of_every_length_are_compared_to_their_last_octet(int length)
    {
        string name = string.Join('.', Enumerable.Repeat(new string('x', 49), 6))[..length];
        name = name[^1] == '.' ? name[..^1] + "y" : name;
        Lab.Put(new FirewallPolicyBuilder().Allow("=" + name).Build().Compile(), () => 7);
        int found = Lab.Ask(name);

        for (int i = 0; i < length; i++)
        {
            // The same hash with other octets in the set: as if the name asked for had been chosen to collide.
            (uint line, int at) = (3u + (uint)((i + 8) / 64), (i + 8) % 64);
            Lab.Line(line)[at] ^= 1;
            Lab.Ask(name).Should().BeNegative("octet {0} differs", i);
            Lab.Line(line)[at] ^= 1;
        }

        found.Should().BePositive();
        Lab.Ask(name).Should().Be(found);
    }

    [KernelFact]
    public void A_set_that_points_outside_the_memory_is_broken()
    {
        using var lab = new NameLab(16);
        lab.Put(new FirewallPolicyBuilder().Allow("a.example").Build().Compile());
        lab.Line(0)[0] = 200;

        lab.Ask("a.example").Should().BeNegative();
    }

    [Fact]
    public void A_set_takes_the_first_seed_that_finds_a_slot_for_every_name()
    {
        CompiledPolicy policy = new FirewallPolicyBuilder().Allow("a.example").Allow("b.example").Build().Compile();
        int asked = 0;

        NameLines names = NameLines.Create(policy, TermLines.Create(policy, [0, 1]), () => (ulong)++asked);

        asked.Should().Be(1);
        names.LineCount.Should().Be(1 + 1 + 2, "the set, its slots, two names");
        NameLines.Hash(3, "a.example"u8).Should().NotBe(NameLines.Hash(3, "b.example"u8)).And.NotBe(NameLines.Hash(4, "a.example"u8));
    }

    private static int Expected(CompiledPolicy policy, TermLines terms, string name) =>
        terms.Number(policy.DecideName(WireName.Of(name)).Class);

    private static CompiledPolicy RandomNames(Random random, int count)
    {
        FirewallPolicyBuilder builder = new FirewallPolicyBuilder().UseMode(PolicyMode.AllowList);
        HashSet<string> known = [];
        for (int i = 0; i < count; i++)
        {
            StringBuilder name = new();
            for (int labels = random.Next(1, 7); labels > 0; labels--)
            {
                name.Append((char)('a' + random.Next(3)), random.Next(4) == 0 ? random.Next(1, 30) : 1).Append(labels > 1 ? "." : "");
            }

            string rule = random.Next(3) switch { 0 => "=", 1 => "*.", _ => "" } + name;
            if (known.Add(rule))
            {
                // A source of its own for each rule turns dead rules into warnings.
                _ = random.Next(3) == 0 ? builder.Deny(rule, $"source {i}") : builder.Allow($"{rule}:{random.Next(1, 4)}", $"source {i}");
            }
        }

        return builder.Build().Compile();
    }

    private static string Vary(Random random, string name) => random.Next(7) switch
    {
        0 => "a." + name,
        1 => "b.a." + name,
        2 => name.Contains('.') ? name[(name.IndexOf('.') + 1)..] : name,
        3 => "a" + name,
        4 => name.Length > 1 && name[1] != '.' ? name[1..] : name,
        5 => name + ".a",
        _ => name,
    };
}
