namespace EbpfFirewall.Cli.SelfTest.Report;

/// <summary>All results of a run.</summary>
internal sealed record SelfTestReport(IReadOnlyList<AttemptResult> Results, TimeSpan Elapsed)
{
    public bool AsExpected => Results.All(result => result.AsExpected);

    public static string Kernel => File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    public string Summary
    {
        get
        {
            IEnumerable<string> parts = Results.GroupBy(result => result.Result).OrderByDescending(group => group.Count()).Select(group => $"{group.Count()} {group.Key}");
            int wrong = Results.Count(result => !result.AsExpected);
            return $"{Results.Count} attempts on Linux {Kernel} in {Elapsed.TotalSeconds:f0} s: {string.Join(", ", parts)}; "
                + (wrong == 0 ? "all as expected" : $"{wrong} not as expected");
        }
    }
}
