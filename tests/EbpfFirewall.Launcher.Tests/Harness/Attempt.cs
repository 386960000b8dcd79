using System.Globalization;

namespace EbpfFirewall.Launcher.Tests.Harness;

/// <summary>What Probes/attempt.py reported: the kernel's answer to each step, and the processes to look at.</summary>
internal sealed record Attempt(IReadOnlyList<string> Answers, int[] Pids)
{
    private const string AllowedSuffix = " allowed";
    private static readonly string _script = Resource.Read("attempt.py");

    public IEnumerable<string> Allowed =>
        Answers.Where(answer => answer.EndsWith(AllowedSuffix, StringComparison.Ordinal)).Select(answer => answer[..^AllowedSuffix.Length]);

    public static string[] Command(string attempt, TestCgroup own, int outsider) =>
        ["/usr/bin/python3", "-c", _script, attempt, TestCgroup.MountPoint, own.Name, outsider.ToString(CultureInfo.InvariantCulture)];

    public static async Task<Attempt> ReadAsync(RunningSandbox running)
    {
        var answers = new List<string>();
        while (await running.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("pids ", StringComparison.Ordinal))
            {
                return new Attempt(answers, Array.ConvertAll(line.Split(' ')[1..], pid => int.Parse(pid, CultureInfo.InvariantCulture)));
            }

            answers.Add(line);
        }

        SandboxResult result = await running.WaitAsync();
        throw new InvalidOperationException($"The attempt ended early ({result.ExitCode}, {result.Failure}): {result.Error}");
    }
}
