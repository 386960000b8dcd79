using System.Diagnostics;
using EbpfFirewall.Sandboxes;

namespace EbpfFirewall.Tests.Sandboxes;

public sealed class ProcessStatTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("two words")]
    [InlineData("a) Z 1 (b")]
    [InlineData(") ) ) )")]
    [InlineData("((((")]
    public void The_start_time_is_found_whatever_the_process_is_called(string name)
    {
        string folder = Directory.CreateTempSubdirectory("efw-test-").FullName;
        try
        {
            string program = Path.Combine(folder, name);
            File.CreateSymbolicLink(program, "/bin/sleep");
            ulong before = ProcessStat.StartTicks(Environment.ProcessId)!.Value;
            using Process process = Process.Start(program, "1000");
            SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{process.Id}/comm") == name + "\n", TimeSpan.FromSeconds(30)).Should().BeTrue();

            ulong? start = ProcessStat.StartTicks(process.Id);
            process.Kill();
            process.WaitForExit();

            start.Should().BeGreaterThan(before);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void There_is_none_for_a_process_that_is_not_there() => ProcessStat.StartTicks(int.MaxValue).Should().BeNull();

    [Fact]
    public void There_is_none_for_a_corpse_that_nobody_has_fetched_yet()
    {
        const string NeverWaits = "import os,time; p=os.fork(); p or os._exit(0); print(p,flush=True); time.sleep(1000)";
        using Process parent = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-ISc", NeverWaits]) { RedirectStandardOutput = true })!;
        int child = int.Parse(parent.StandardOutput.ReadLine()!, System.Globalization.CultureInfo.InvariantCulture);
        SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{child}/stat").Contains(") Z ", StringComparison.Ordinal), TimeSpan.FromSeconds(30))
            .Should().BeTrue();

        ulong? start = ProcessStat.StartTicks(child);
        parent.Kill();
        parent.WaitForExit();

        start.Should().BeNull();
    }
}
