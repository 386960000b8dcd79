using System.Text;

namespace EbpfFirewall.Sandboxes;

/// <summary>
/// Writes arguments into <see cref="System.Diagnostics.ProcessStartInfo.Arguments"/> so that .NET reads back exactly the same ones. Needed only
/// where the caller gave arguments as one text: then ours are put before it.
/// </summary>
internal static class CommandLineText
{
    public static string Join(IEnumerable<string> arguments)
    {
        var text = new StringBuilder();
        foreach (string argument in arguments)
        {
            if (text.Length > 0)
            {
                text.Append(' ');
            }

            Append(text, argument);
        }

        return text.ToString();
    }

    // Inside quotes, backslashes are doubled before a quote and at the end, and a quote gets one of its own.
    private static void Append(StringBuilder text, string argument)
    {
        text.Append('"');
        int backslashes = 0;
        foreach (char c in argument)
        {
            if (c == '\\')
            {
                backslashes++;
                continue;
            }

            text.Append('\\', c == '"' ? (backslashes * 2) + 1 : backslashes).Append(c);
            backslashes = 0;
        }

        text.Append('\\', backslashes * 2).Append('"');
    }
}
