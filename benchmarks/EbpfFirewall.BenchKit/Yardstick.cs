using System.Diagnostics;
using System.Globalization;

namespace EbpfFirewall.BenchKit;

/// <summary>Runs yardstick.c's program, a process a round.</summary>
public sealed class Yardstick(string program, string image)
{
    public Sample Run(string work, int count)
    {
        ProcessStartInfo start = new(program, [image, work, count.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string[] words = process.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
        process.WaitForExit();
        return process.ExitCode == 0
            ? new Sample(
                long.Parse(words[0], CultureInfo.InvariantCulture),
                ulong.Parse(words[1], CultureInfo.InvariantCulture),
                long.Parse(words[2], CultureInfo.InvariantCulture),
                words.Length > 3 ? long.Parse(words[3], CultureInfo.InvariantCulture) : 0)
            : throw new InvalidOperationException($"{program} {work} ended with {process.ExitCode}");
    }
}
