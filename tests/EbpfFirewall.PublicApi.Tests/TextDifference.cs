namespace EbpfFirewall.PublicApi.Tests;

/// <summary>Two texts compared line by line.</summary>
internal static class TextDifference
{
    /// <summary>The lines that went (<c>-</c>) and came (<c>+</c>), each kind in its own order; empty when the texts are equal.</summary>
    internal static string Between(string approved, string actual)
    {
        if (approved == actual)
        {
            return "";
        }

        // Types repeat lines of each other, so a line stands with the type it is in.
        string[] before = WithTypes(approved);
        string[] after = WithTypes(actual);
        IEnumerable<string> lines = before.Except(after).Select(line => $"- {line}").Concat(after.Except(before).Select(line => $"+ {line}"));
        string difference = string.Join('\n', lines);
        return difference.Length > 0 ? "\n" + difference + "\n" : "the same lines in another order";
    }

    private static string[] WithTypes(string text)
    {
        string type = "";
        var lines = new List<string>();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            bool isMember = line.StartsWith(' ');
            type = isMember ? type : line;
            lines.Add(isMember ? $"{type} ::{line}" : line);
        }

        return [.. lines];
    }
}
