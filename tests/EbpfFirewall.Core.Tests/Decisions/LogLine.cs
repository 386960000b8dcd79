namespace EbpfFirewall.Core.Tests.Decisions;

/// <summary>Reads a line the way a log collector does.</summary>
internal static class LogLine
{
    internal static List<string> Keys(string line)
    {
        List<string> keys = [];
        for (int at = line.IndexOf(' ', StringComparison.Ordinal); at < line.Length;)
        {
            int end = at + 1;
            while (end < line.Length && line[end] is not (' ' or '='))
            {
                end++;
            }

            if (end >= line.Length || line[end] == ' ')
            {
                at = end;
                continue;
            }

            keys.Add(line[(at + 1)..end]);
            at = SkipValue(line, end + 1);
        }

        return keys;
    }

    private static int SkipValue(string line, int at)
    {
        if (at < line.Length && line[at] == '"')
        {
            for (at++; line[at] != '"'; at++)
            {
                at += line[at] == '\\' ? 1 : 0;
            }

            return at + 1;
        }

        while (at < line.Length && line[at] != ' ')
        {
            at++;
        }

        return at;
    }
}
