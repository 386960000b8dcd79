using System.Text.RegularExpressions;
using EbpfFirewall.Core.Tests.Support;

namespace EbpfFirewall.Core.Tests.Docs;

/// <summary>The parts of a page that tests can hold to account: fenced blocks and the first column of tables.</summary>
internal sealed partial class MarkdownFile(string text)
{
    internal static MarkdownFile Read(params string[] path) => new(RepositoryFiles.Read(path));

    /// <summary>The contents of fenced blocks of a language.</summary>
    internal List<string> Blocks(string language) =>
        [.. Fence().Matches(text).Where(fence => fence.Groups["language"].Value == language).Select(fence => fence.Groups["body"].Value)];

    /// <summary>The code in the first column of every table whose first heading is this.</summary>
    internal List<string> FirstColumn(string heading)
    {
        List<string> cells = [];
        bool inside = false;
        foreach (string line in text.Split('\n'))
        {
            if (!line.StartsWith('|'))
            {
                inside = false;
            }
            else if (line.StartsWith($"| {heading} |", StringComparison.Ordinal))
            {
                inside = true;
            }
            else if (inside && !line.StartsWith("|-", StringComparison.Ordinal))
            {
                cells.AddRange(Code().Matches(line.Split('|')[1]).Select(code => code.Groups[1].Value));
            }
        }

        return cells;
    }

    [GeneratedRegex("^```(?<language>[a-z]*)\n(?<body>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
