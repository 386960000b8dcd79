using System.Text.RegularExpressions;
using EbpfFirewall.Integration.Tests.Infrastructure;
using EbpfFirewall.TestKit.Logs;

namespace EbpfFirewall.Integration.Tests.Events;

/// <summary>Every event names the process that caused it.</summary>
[Collection(LabCollection.Name)]
public sealed class AttributionTests(LabFixture lab)
{
    private const int Processes = 50;
    private const int LookupsEach = 6;

    [KernelFact]
    public async Task Blocked_lookups_of_many_short_lived_processes_name_the_right_one_each()
    {
        const string Suffix = "blocked.test";

        FirewalledRun run = await lab.RunAsync(
            Rules.AllowedName, lab.Probe(AddressKind.IPv4, "swarm", $"{Processes}", $"{LookupsEach}", Suffix));

        Dictionary<int, int> pids = Regex.Matches(run.Result.Output, @"^pid (\d+) index (\d+)$", RegexOptions.Multiline)
            .ToDictionary(match => int.Parse(match.Groups[2].Value), match => int.Parse(match.Groups[1].Value));
        pids.Should().HaveCount(Processes);
        ILookup<string, LogRecord> byName = run.Blocked
            .SelectMany(record => record.Domains.Select(name => (name, record)))
            .ToLookup(pair => pair.name, pair => pair.record);
        List<string> wrong = [];
        for (int process = 0; process < Processes; process++)
        {
            for (int lookup = 0; lookup < LookupsEach; lookup++)
            {
                string name = $"q{process}-{lookup}.{Suffix}";
                string command = $"probe lookup {process} {LookupsEach} {Suffix}";
                LogRecord[] records = [.. byName[name]];
                if (records.Length == 0)
                {
                    wrong.Add($"{name}: no event");
                }

                wrong.AddRange(records
                    .Where(record => record.ProcessId != pids[process] || record.Command != command)
                    .Select(record => $"{name}: expected pid {pids[process]} and \"{command}\", got {record}"));
            }
        }

        wrong.Should().BeEmpty();
    }

    [KernelTheory]
    [InlineData("tcp", AddressKind.IPv4)]
    [InlineData("tcp", AddressKind.IPv6)]
    [InlineData("tcp", AddressKind.Mapped)]
    [InlineData("udp-connect", AddressKind.IPv4)]
    [InlineData("udp-sendto", AddressKind.IPv4)]
    [InlineData("udp-sendto", AddressKind.IPv6)]
    [InlineData("udp-sendto", AddressKind.Mapped)]
    [InlineData("udp-sendmmsg", AddressKind.IPv4)]
    public async Task A_blocked_packet_names_its_process_and_destination(string attempt, AddressKind kind)
    {
        string flag = kind switch { AddressKind.IPv4 => "-4", AddressKind.IPv6 => "-6", _ => "-m" };
        string arguments = $"{flag} {string.Join(' ', Attempts.Arguments(attempt, kind, World.Forbidden))}";

        FirewalledRun run = await lab.RunScriptAsync(Rules.AllowedHost, $"echo pid $$; exec $PROBE {arguments}");

        int pid = int.Parse(Regex.Match(run.Result.Output, @"^pid (\d+)$", RegexOptions.Multiline).Groups[1].Value);
        LogRecord record = run.Blocked.Should().ContainSingle("{0}", run).Subject;
        record.ProcessId.Should().Be(pid, "{0}", run);
        record.Command.Should().Be($"{lab.Network.Probe} {arguments}");
        record.IsAbout(World.Forbidden.Address(kind)).Should().BeTrue("{0}", record);
        record.Port.Should().Be($"{World.EchoPort}");
        record.BlockedAt.Should().Be("packet");
        record.Reason.Should().Be("NotInAllowList");
    }

    [KernelTheory]
    [InlineData("+notcp")]
    [InlineData("+tcp")]
    public async Task A_blocked_query_names_its_process_whatever_the_transport(string transport)
    {
        FirewalledRun run = await lab.RunScriptAsync(
            Rules.AllowedName, $"echo pid $$; exec dig @{World.OtherResolver.V4} {transport} +time=3 +tries=1 other.test A");

        int pid = int.Parse(Regex.Match(run.Result.Output, @"^pid (\d+)$", RegexOptions.Multiline).Groups[1].Value);
        LogRecord record = run.Blocked.Should().ContainSingle("{0}", run).Subject;
        record.ProcessId.Should().Be(pid, "{0}", run);
        record.Command.Should().Be($"dig @{World.OtherResolver.V4} {transport} +time=3 +tries=1 other.test A");
        record.Domains.Should().Equal("other.test");
    }

    [KernelFact]
    public async Task Many_equal_blocks_of_one_process_are_few_events()
    {
        FirewalledRun run = await lab.RunAsync(
            Rules.AllowedName, "dotnet", ClientPrograms.DotNetArguments("tcp", World.Forbidden.V4, $"{World.EchoPort}", "200"));

        run.Result.Output.Should().Contain("200 requests, 200 failed", "{0}", run.Result);
        run.Blocked.Where(record => record.IsAbout(World.Forbidden.V4)).Should().HaveCountGreaterThan(0).And.HaveCountLessThan(10, "{0}", run);
    }
}
