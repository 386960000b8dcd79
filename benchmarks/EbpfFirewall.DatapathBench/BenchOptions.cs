using System.Globalization;

namespace EbpfFirewall.DatapathBench;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchOptions
{
    internal const string Usage = """
        usage: ./bench --datapath [SECTION...] [--quick] [--object FILE.bpf.o[:PROGRAM]] [--attachments N] [--results FOLDER]

          SECTION          micro (look-ups in test runs), insitu (cost a run under real traffic), e2e (between two network namespaces),
                           events, load (and memory), attach (many sandboxes). Default: all of them
          --quick          few rounds and small sets: shows that everything can be measured, in less than a minute
          --object         a cgroup_skb/egress or tc program of somebody else, measured beside ours in insitu and e2e with its maps empty;
                           PROGRAM is needed when the file has several
          --attachments N  sandboxes alive at a time in attach. Default: 1000; quick: 50
          --results FOLDER writes datapath-benchmarks.md and .json there
        """;

    private const int AttachmentsMax = 10_000;

    /// <summary>Where bench has put what it compiled.</summary>
    internal required string BuiltFolder { get; init; }

    internal required IReadOnlyList<Section> Sections { get; init; }

    internal bool Quick { get; init; }

    internal string? ResultsFolder { get; init; }

    /// <summary>Somebody else's object, and the program in it; null for its only one.</summary>
    internal (string File, string? Program)? Foreign { get; init; }

    /// <summary>Sandboxes that are alive together.</summary>
    internal int Attachments { get; init; }

    internal int Rounds => Quick ? 3 : 11;

    internal int TestRuns => Quick ? 20_000 : 200_000;

    /// <summary>Length of a burst of traffic, and of the pause after it.</summary>
    internal int BurstMs => Quick ? 10 : 60;

    /// <summary>The smaller and the larger number of networks of the filters that traffic goes through.</summary>
    internal (int Small, int Large) PolicySizes => Quick ? (1_000, 10_000) : (1_000, 100_000);

    internal string BuiltFile(string name) => Path.Combine(BuiltFolder, name);

    /// <summary>Reads the command line: the folder with what was built, then what the user wrote.</summary>
    /// <exception cref="UsageException">It cannot be done; the message says why.</exception>
    internal static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
        {
            throw new UsageException("DatapathBench is started by ./bench --datapath, which builds what it needs.");
        }

        List<Section> sections = [];
        bool quick = false;
        string? results = null;
        (string, string?)? foreign = null;
        int? attachments = null;
        for (int at = 1; at < arguments.Count; at++)
        {
            string argument = arguments[at];
            switch (argument)
            {
                case "--quick":
                    quick = true;
                    break;
                case "--results":
                    results = Folder(Value());
                    break;
                case "--object":
                    foreign = ForeignObject(Value());
                    break;
                case "--attachments":
                    attachments = Count(Value());
                    break;
                default:
                    sections.Add(Section.All.FirstOrDefault(section => section.Name == argument) ?? throw Unknown(argument));
                    break;
            }

            string Value() => ++at < arguments.Count ? arguments[at] : throw new UsageException($"{argument} needs a value.");
        }

        sections = sections.Count == 0 ? [.. Section.All] : [.. Section.All.Where(sections.Contains)];
        bool hasTraffic = sections.Contains(Section.InSitu) || sections.Contains(Section.EndToEnd);
        return foreign is not null && !hasTraffic
            ? throw new UsageException("--object is measured in insitu and e2e, and neither was asked for.")
            : new BenchOptions
            {
                BuiltFolder = arguments[0],
                Sections = sections,
                Quick = quick,
                ResultsFolder = results,
                Foreign = foreign,
                Attachments = attachments ?? (quick ? 50 : 1_000),
            };
    }

    private static UsageException Unknown(string argument) => argument.StartsWith('-')
        ? new UsageException($"There is no option {argument}.")
        : new UsageException(
            $"There is no section '{argument}': they are {string.Join(", ", Section.All.Select(static section => section.Name))}.");

    private static string Folder(string path) =>
        Directory.Exists(path) ? path : throw new UsageException($"There is no folder '{path}' to write the results to.");

    private static int Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 2 and <= AttachmentsMax
            ? count
            : throw new UsageException($"--attachments takes a number from 2 to {AttachmentsMax}, not '{text}'.");

    private static (string File, string? Program) ForeignObject(string text)
    {
        if (File.Exists(text))
        {
            return (text, null);
        }

        int colon = text.LastIndexOf(':');
        return colon > 0 && colon < text.Length - 1 && File.Exists(text[..colon])
            ? (text[..colon], text[(colon + 1)..])
            : throw new UsageException($"There is no object file '{(colon > 0 ? text[..colon] : text)}'.");
    }
}
