using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Cli.Tests.Support;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Cli.Tests;

public sealed class RunTests
{
    [KernelTheory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("exit 125", 125)]
    [InlineData("exit 255", 255)]
    [InlineData("kill -KILL $$", 137)]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("kill -SEGV $$", 139)]
    public async Task The_exit_code_is_the_commands(string script, int exitCode)
    {
        Result result = await Efw.RunAsync("run", "--allow", "192.0.2.1", "--", "sh", "-c", script);

        result.ExitCode.Should().Be(exitCode, result.Error);
    }

    [KernelTheory]
    [InlineData("efw-no-such-command", 127, "EFW0202")]
    [InlineData("/nowhere/command", 127, "EFW0202")]
    [InlineData("/etc/passwd", 126, "EFW0203")]
    [InlineData("/etc", 126, "EFW0203")]
    public async Task A_command_that_cannot_run_ends_like_in_a_shell(string command, int exitCode, string code)
    {
        Result result = await Efw.RunAsync("run", "--allow", "192.0.2.1", "--", command);

        result.ExitCode.Should().Be(exitCode);
        result.Error.Should().Contain(code).And.Contain(command);
    }

    [KernelFact]
    public async Task Arguments_pass_untouched()
    {
        string[] arguments =
        [
            "", " ", "a b", "--", "--allow", "198.51.100.1", "--observe", "--help", "-h", "--version", "@response", "ünï 例 \U0001F600",
            "line\nbreak", "tab\t", "\"quoted\"", "'single'", "back\\slash\\", "$HOME", "*", "%s", "--log-file=/tmp/x", "-",
        ];

        Result result = await Efw.RunAsync(["run", "--allow", "192.0.2.1", "--", "printf", "%s\\0", .. arguments]);

        result.ExitCode.Should().Be(0, result.Error);
        result.Out.Split('\0')[..^1].Should().Equal(arguments);
    }

    [KernelFact]
    public async Task Standard_input_passes_and_what_the_command_writes_is_all_there_is_on_standard_output()
    {
        string input = string.Concat(Enumerable.Range(0, 20_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"line {i}\n")));

        Result result = await Efw.RunAsync(Efw.Command("run", "--allow", "192.0.2.1", "--", "cat"), input);

        result.Out.Should().Be(input);
    }

    [KernelFact]
    public async Task The_mode_is_said_first()
    {
        Result result = await Efw.RunAsync("run", "--deny", "192.0.2.1", "--deny", "192.0.2.2", "--", "sh", "-c", "echo from the command >&2");

        result.ErrorLines.Should().Equal("efw: mode deny-list, 2 rules", "from the command");
    }

    [KernelTheory]
    [InlineData("allow-list", "--mode", "allow-list")]
    [InlineData("observe", "--observe")]
    [InlineData("observe", "--mode", "observe")]
    [InlineData("block-all", "--mode", "block-all")]
    [InlineData("disabled", "--mode", "disabled")]
    public async Task A_mode_may_stand_without_rules(string mode, params string[] options)
    {
        Result result = await Efw.RunAsync(["run", .. options, "--", "true"]);

        result.ExitCode.Should().Be(0, result.Error);
        result.ErrorLines.Should().Equal($"efw: mode {mode}, 0 rules");
    }

    [KernelTheory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    [InlineData("QUIT")]
    [InlineData("USR1")]
    [InlineData("USR2")]
    public async Task Signals_are_the_commands(string signal)
    {
        string script = $"trap 'echo got {signal}; exit 9' {signal}; echo ready; while :; do sleep 0.05; done";
        using Process efw = Efw.Start("run", "--allow", "192.0.2.1", "--", "sh", "-c", script);
        (await efw.StandardOutput.ReadLineAsync()).Should().Be("ready");

        await SendAsync(signal, efw.Id);

        Result result = await Efw.EndAsync(efw);
        result.Out.Should().Be($"got {signal}\n");
        result.ExitCode.Should().Be(9);
    }

    [KernelFact]
    public async Task A_command_that_a_signal_ends_ends_efw_with_its_number()
    {
        using Process efw = Efw.Start("run", "--allow", "192.0.2.1", "--", "sh", "-c", "echo ready; exec sleep 1000");
        (await efw.StandardOutput.ReadLineAsync()).Should().Be("ready");

        await SendAsync("TERM", efw.Id);

        (await Efw.EndAsync(efw)).ExitCode.Should().Be(143);
    }

    [KernelFact]
    public async Task What_the_command_leaves_behind_ends_with_it()
    {
        Result result = await Efw.RunAsync("run", "--allow", "192.0.2.1", "--", "sh", "-c", "setsid sleep 1000 > /dev/null 2>&1 & echo $!");

        int left = int.Parse(result.Out, CultureInfo.InvariantCulture);
        SpinWait.SpinUntil(() => !IsAlive(left), TimeSpan.FromSeconds(5)).Should().BeTrue();
    }

    [KernelFact]
    public async Task The_command_dies_with_efw()
    {
        using Process efw = Efw.Start("run", "--allow", "192.0.2.1", "--", "sh", "-c", "echo $$; exec sleep 1000");
        int command = int.Parse((await efw.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);

        await SendAsync("KILL", efw.Id);
        await Efw.EndAsync(efw);

        SpinWait.SpinUntil(() => !IsAlive(command), TimeSpan.FromSeconds(30)).Should().BeTrue();
        (await Efw.RunAsync("cleanup")).ExitCode.Should().Be(0);
    }

    [KernelFact]
    public async Task What_the_command_keeps_is_said_before_it_starts_with_what_that_opens()
    {
        Result result = await Efw.RunAsync(
            "run", "--allow", "192.0.2.1", "--privileged", "CAP_NET_RAW", "--privileged", "io_uring", "--privileged", "net_raw", "--", "grep", "CapEff", "/proc/self/status");

        result.Out.Should().Be("CapEff:\t0000000000002000\n");
        result.Error.Split('\n').Where(line => line.StartsWith("efw: warning: --privileged ", StringComparison.Ordinal)).Should().Equal(
            "efw: warning: --privileged net_raw opens packet sockets: frames that no rule judges, and reading everybody's",
            "efw: warning: --privileged io_uring opens rings, which make sockets of every family past the system call filter");
    }

    [KernelTheory]
    [InlineData("nobody")]
    [InlineData("65534")]
    public async Task A_user_is_taken_by_name_or_id(string user)
    {
        Result result = await Efw.RunAsync("run", "--allow", "192.0.2.1", "--user", user, "--", "sh", "-c", "id -un; echo $USER");

        result.Out.Should().Be("nobody\nnobody\n");
    }

    [KernelTheory]
    [InlineData("65534", "65534", "", "65534 65534\n")]
    [InlineData("3999999999", "3999999998", "", "3999999999 3999999998\n")]
    [InlineData("65534", "65534", "root", "0 0\n")]
    public async Task Under_sudo_the_command_runs_as_who_called_it_unless_told_otherwise(string uid, string gid, string user, string ids)
    {
        ProcessStartInfo startInfo = Efw.Command(
            ["run", "--allow", "192.0.2.1", .. user.Length > 0 ? (string[])["--user", user] : [], "--", "sh", "-c", "echo $(id -u) $(id -g)"]);
        startInfo.Environment["SUDO_UID"] = uid;
        startInfo.Environment["SUDO_GID"] = gid;
        startInfo.WorkingDirectory = "/";

        Result result = await Efw.RunAsync(startInfo);

        result.Out.Should().Be(ids, result.Error);
    }

    [KernelFact]
    public async Task A_sudo_environment_that_makes_no_sense_is_an_error()
    {
        ProcessStartInfo startInfo = Efw.Command("run", "--allow", "192.0.2.1", "--", "echo", "ran");
        startInfo.Environment["SUDO_UID"] = "me";

        Result result = await Efw.RunAsync(startInfo);

        result.ExitCode.Should().Be(125);
        result.Error.Should().Contain("EFW0204").And.Contain("--user");
        result.Out.Should().BeEmpty();
    }

    private static bool IsAlive(int process)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat[stat.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task SendAsync(string signal, int process)
    {
        using Process kill = Process.Start("kill", ["-s", signal, process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        kill.ExitCode.Should().Be(0);
    }
}
