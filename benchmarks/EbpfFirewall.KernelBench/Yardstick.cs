using System.Diagnostics;
using System.Globalization;

namespace EbpfFirewall.KernelBench;

/// <summary>Runs yardstick.c's program, a process a round.</summary>
internal sealed class Yardstick(string program, string image)
{
    internal Sample Run(string work, int count)
    {
        ProcessStartInfo start = new(program, [image, work, count.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string[] words = process.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
        process.WaitForExit();
        return process.ExitCode == 0
            ? new Sample(
                long.Parse(words[0], CultureInfo.InvariantCulture),
                ulong.Parse(words[1], CultureInfo.InvariantCulture),
                long.Parse(words[2], CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"{program} {work} ended with {process.ExitCode}");
    }
}
