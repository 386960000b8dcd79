using System.Net;
using EbpfFirewall.Kernel;
using EbpfFirewall.Kernel.Memory;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Policies;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Kernel;

/// <summary>Attachments that share banks, and move from one to another.</summary>
public sealed class KernelEngineTests
{
    private const string Member = "127.8.0.1";
    private const string Stranger = "127.8.0.2";

    [KernelFact]
    public async Task Moving_to_another_bank_keeps_verdicts_counters_generation_and_learned_addresses()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        using LocalAddress learned = new(120);
        using var lab = new KernelLab(policy => policy.Allow(Member).Allow("a.test"));
        using ProbeSession probe = await ProbeSession.StartAsync(lab.Start);
        lab.Grant("a.test", learned.Address, TimeSpan.FromMinutes(5)).Should().BeTrue();
        string[] before = await TakeAsync(probe, learned.Address, peer.Port);
        PolicyLines bank = lab.Kernel.Lines;
        long denied = lab.Count(KernelCounter.Denied);

        for (uint generation = 2; generation < 5; generation++)
        {
            PolicyLines left = lab.Kernel.Lines;
            lab.FillBank();
            lab.Use(policy => policy.Allow(Member).Allow("a.test").Allow("192.0.2.0/24"));

            lab.Kernel.Lines.Should().NotBeSameAs(left);
            (lab.Kernel.Header.Active >> 32).Should().Be(generation);
            (await TakeAsync(probe, learned.Address, peer.Port)).Should().Equal(before);
        }

        before.Should().Equal("ok", "EPERM", "ok", "ok");
        lab.Count(KernelCounter.Denied).Should().Be(4 * denied);
        lab.Kernel.Traffic.ReadRule(0).Calls.Should().Be(4);
        bank.FreeCount.Should().BePositive("what it had in the first bank has been given back");
    }

    [KernelFact]
    public void A_rule_beyond_those_that_the_bank_has_counters_for_is_counted_in_the_next()
    {
        const int Rules = 9_000;
        using Peer peer = Peer.Open("0.0.0.0");
        using var lab = new KernelLab(policy => policy.Allow(Member));

        lab.Use(policy => Many(policy, Rules).Allow(Stranger));
        lab.Take($"sendto 4 {Stranger} {peer.Port}").Should().Equal("ok");

        lab.Kernel.Traffic.ReadRule(Rules + 1).Calls.Should().Be(1, "one number rests, that of the rule which is gone");
    }

    [KernelFact]
    public void A_policy_that_counts_less_than_the_one_before_can_still_move()
    {
        using var lab = new KernelLab(policy => Many(policy, 9_000));
        lab.Use(policy => policy.Allow(Member));

        lab.FillBank();
        lab.Use(policy => policy.Allow(Stranger));

        lab.Kernel.Traffic.Rules.Should().BeGreaterThan(9_000);
    }

    [KernelFact]
    public void Banks_whose_room_is_in_pieces_are_passed_over()
    {
        using KernelEngine engine = KernelEngine.Create();
        using var one = new KernelLab(policy => policy.Allow(Member), engine);
        using var other = new KernelLab(policy => policy.Allow(Member), engine);
        other.Use(policy => Many(policy, 5_000));
        Divide(other.Kernel.Lines);
        Divide(one.Kernel.Lines);
        uint free = Math.Min(one.Kernel.Lines.FreeCount, other.Kernel.Lines.FreeCount);

        one.Use(policy => Many(policy, 100));

        free.Should().BeGreaterThan(5_000, "by number there was room enough");
        one.Kernel.Lines.Should().NotBeSameAs(other.Kernel.Lines);
        one.Kernel.Header.Active.Should().NotBe(0);
    }

    [KernelFact]
    public async Task A_move_that_fails_leaves_the_policy_before_and_nothing_else()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        using KernelEngine engine = KernelEngine.Create();
        using var lab = new KernelLab(policy => policy.Allow(Member), engine);
        using ProbeSession probe = await ProbeSession.StartAsync(lab.Start);
        PolicyLines bank = lab.Kernel.Lines;
        lab.FillBank();
        File.CreateSymbolicLink(Path.Combine(lab.PinPath, "map_efw_calls_next"), "in the way");

        FluentActions.Invoking(() => lab.Use(policy => policy.Allow(Stranger))).Should().Throw<EgressFirewallException>();

        lab.Kernel.Lines.Should().BeSameAs(bank);
        (await probe.DoAsync($"sendto 4 {Member} {peer.Port}")).Should().Be("ok");
        (await probe.DoAsync($"sendto 4 {Stranger} {peer.Port}")).Should().Be("EPERM");
        engine.BankCount.Should().Be(1);

        lab.Use(policy => policy.Allow(Stranger));
        (await probe.DoAsync($"sendto 4 {Member} {peer.Port}")).Should().Be("EPERM");
        (await probe.DoAsync($"sendto 4 {Stranger} {peer.Port}")).Should().Be("ok");
    }

    [KernelFact]
    public async Task A_move_that_fails_when_hooks_have_gone_over_brings_them_back()
    {
        using Peer peer = Peer.Open("0.0.0.0");
        using KernelEngine engine = KernelEngine.Create();
        StubbornPoint? stubborn = null;
        using var lab = new KernelLab(policy => policy.Allow(Member), engine, point => stubborn = new StubbornPoint(point));
        using ProbeSession probe = await ProbeSession.StartAsync(lab.Start);
        PolicyLines bank = lab.Kernel.Lines;
        lab.FillBank();
        stubborn!.MovesThatFail = 1;

        FluentActions.Invoking(() => lab.Use(policy => policy.Allow(Stranger))).Should().Throw<EgressFirewallException>();

        lab.Kernel.Lines.Should().BeSameAs(bank);
        engine.BankCount.Should().Be(1);
        (await probe.DoAsync($"sendto 4 {Member} {peer.Port}")).Should().Be("ok");
        (await probe.DoAsync($"sendto 4 {Stranger} {peer.Port}")).Should().Be("EPERM");
        (await probe.DoAsync("own-tcp 4 127.0.0.1 127.0.0.1")).Should().Be("ok", "the program array is the first bank's again");

        lab.Use(policy => policy.Allow(Stranger));
        (await probe.DoAsync($"sendto 4 {Member} {peer.Port}")).Should().Be("EPERM");
        (await probe.DoAsync($"sendto 4 {Stranger} {peer.Port}")).Should().Be("ok");
    }

    [KernelFact]
    public void A_move_that_can_neither_be_made_nor_undone_gives_its_bank_back()
    {
        using KernelEngine engine = KernelEngine.Create();
        using var lab = new KernelLab(policy => policy.Allow(Member), engine);
        lab.FillBank();
        Directory.Delete(lab.CgroupPath); // its links are dead from here on

        FluentActions.Invoking(() => lab.Use(policy => policy.Allow(Stranger))).Should().Throw<EgressFirewallException>();

        engine.BankCount.Should().Be(1);
    }

    [KernelFact]
    public void The_program_arrays_are_pinned_at_every_moment_of_a_move()
    {
        using var lab = new KernelLab(policy => policy.Allow(Member));
        using var stop = new CancellationTokenSource();
        int looks = 0;
        int missing = 0;
        Task watcher = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                missing += Directory.GetFiles(lab.PinPath, "map_efw_calls*").Length == 0 || Directory.GetFiles(lab.PinPath, "map_efw_meters*").Length == 0 ? 1 : 0;
                looks++;
            }
        });

        for (int i = 0; i < 3 || (looks < 100 && i < 10); i++)
        {
            lab.FillBank();
            lab.Use(policy => policy.Allow(Stranger));
        }

        stop.Cancel();
        watcher.Wait();
        missing.Should().Be(0);
        Directory.GetFiles(lab.PinPath, "map_*").Select(Path.GetFileName).Should().BeEquivalentTo("map_efw_calls", "map_efw_meters");
    }

    [KernelFact]
    public void A_bank_goes_with_its_last_user_and_its_lines_serve_the_next()
    {
        using KernelEngine engine = KernelEngine.Create();
        using var stays = new KernelLab(policy => policy.Allow(Member), engine);
        uint free = stays.Kernel.Lines.FreeCount;
        for (int i = 0; i < 3; i++)
        {
            using var small = new KernelLab(policy => policy.Allow(Member), engine);
            using var large = new KernelLab(policy => Many(policy, 5_000), engine);

            small.Kernel.Lines.Should().BeSameAs(stays.Kernel.Lines);
            large.Kernel.Lines.Should().NotBeSameAs(stays.Kernel.Lines);
            engine.BankCount.Should().Be(2);
        }

        engine.BankCount.Should().Be(1);
        stays.Kernel.Lines.FreeCount.Should().Be(free);
    }

    [KernelFact]
    public void With_all_numbers_given_the_next_attachment_is_refused_and_a_number_that_comes_back_is_given_again()
    {
        using KernelEngine engine = KernelEngine.Create(attachmentsMax: 2);
        using var first = new KernelLab(policy => policy.Allow(Member), engine);
        uint lastId;
        using (var second = new KernelLab(policy => policy.Allow(Member), engine))
        {
            lastId = second.Kernel.Id;
            FluentActions.Invoking(() => new KernelLab(policy => policy.Allow(Member), engine))
                .Should().Throw<EgressFirewallException>().Where(error => error.Code == ErrorCodes.SandboxLimit);
            second.Take("tcp 4 192.0.2.99 80").Should().Equal("EPERM");
            second.Count(KernelCounter.Denied).Should().Be(1);
        }

        using var third = new KernelLab(policy => policy.Allow(Stranger), engine);

        third.Kernel.Id.Should().BeGreaterThan(lastId);
        third.Count(KernelCounter.Denied).Should().Be(0);
        first.Take("tcp 4 192.0.2.99 80").Should().Equal("EPERM");
    }

    private static FirewallPolicyBuilder Many(FirewallPolicyBuilder policy, int networks)
    {
        for (int i = 0; i < networks; i++)
        {
            policy.Allow($"10.{i >> 12}.{(i >> 4) & 255}.{(i & 15) * 2}");
        }

        return policy;
    }

    /// <summary>Leaves pieces of eight lines free.</summary>
    private static void Divide(PolicyLines lines)
    {
        var taken = new List<uint>();
        while (lines.TryTake(8, out uint first))
        {
            taken.Add(first);
        }

        for (int i = 0; i < taken.Count; i += 2)
        {
            lines.Retire(taken[i], 8);
        }
    }

    private static async Task<string[]> TakeAsync(ProbeSession probe, IPAddress learned, int port)
    {
        var results = new List<string>();
        foreach (string step in (string[])[$"sendto 4 {Member} {port}", $"sendto 4 {Stranger} {port}", $"sendto 4 {learned} {port}", "own-tcp 4 127.0.0.1 127.0.0.1"])
        {
            results.Add(await probe.DoAsync(step));
        }

        return [.. results];
    }
}
