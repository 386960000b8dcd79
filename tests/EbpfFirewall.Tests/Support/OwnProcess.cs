namespace EbpfFirewall.Tests.Support;

/// <summary>What this process has: nothing may run beside a test that looks.</summary>
internal static class OwnProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal static bool Eventually(Func<bool> condition) => SpinWait.SpinUntil(condition, Patience);

    internal static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    /// <summary>How many there are of each kind, but for what is there once or twice.</summary>
    internal static string DescriptorKinds() => string.Join(", ", Directory.GetFileSystemEntries("/proc/self/fd")
        .Select(KindOf).GroupBy(kind => kind).Where(kinds => kinds.Count() > 2).Select(kinds => $"{kinds.Count()} {kinds.Key}"));

    internal static IEnumerable<string> ThreadNames() => OfThreads("comm");

    internal static int ChildCount() => OfThreads("children").Sum(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);

    private static IEnumerable<string> OfThreads(string file)
    {
        foreach (string task in Directory.GetDirectories("/proc/self/task"))
        {
            string text;
            try
            {
                text = File.ReadAllText(Path.Combine(task, file));
            }
            catch (IOException)
            {
                continue; // ended meanwhile
            }

            yield return text;
        }
    }

    private static string KindOf(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget?.Split(':')[0] ?? "closed";
        }
        catch (IOException)
        {
            return "closed";
        }
    }
}
