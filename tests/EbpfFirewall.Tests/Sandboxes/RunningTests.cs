using System.Diagnostics;
using System.Text;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Sandboxes;

public sealed class RunningTests
{
    [KernelTheory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 1", 1)]
    [InlineData("exit 125", 125)]
    [InlineData("exit 255", 255)]
    [InlineData("kill -KILL $$", 137)]
    [InlineData("kill -TERM $$", 143)]
    public async Task The_exit_code_is_the_commands(string script, int exitCode)
    {
        await using Lab lab = await StartAsync();

        int code = await lab.Sandbox.RunAsync(new ProcessStartInfo("sh", ["-c", script]));

        code.Should().Be(exitCode);
    }

    [KernelFact]
    public async Task Streams_are_the_commands_own()
    {
        await using Lab lab = await StartAsync();

        Output output = await Output.OfAsync(lab.Sandbox, new ProcessStartInfo("sh", ["-c", "cat; echo wrong >&2"]), "one\ntwo");

        output.Out.Should().Be("one\ntwo");
        output.Error.Should().Be("wrong\n");
    }

    [KernelFact]
    public async Task Streams_have_the_encoding_that_was_asked_for()
    {
        await using Lab lab = await StartAsync();
        var startInfo = new ProcessStartInfo("printf", ["\\344"]) { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.Latin1 };

        using Process process = lab.Sandbox.Start(startInfo);

        (await process.StandardOutput.ReadToEndAsync()).Should().Be("ä");
    }

    [KernelFact]
    public async Task The_process_that_is_returned_is_the_command()
    {
        await using Lab lab = await StartAsync();

        Output output = await lab.RunAsync("sh", "-c", "echo $$; cat /proc/$$/comm");

        output.Out.Should().Be($"{output.ProcessId}\nsh\n");
    }

    [KernelFact]
    public async Task The_environment_is_what_was_given_and_nothing_else()
    {
        await using Lab lab = await StartAsync();
        var startInfo = new ProcessStartInfo("/usr/bin/env");
        startInfo.Environment.Clear();
        startInfo.Environment["ONE"] = "a b=c";
        startInfo.Environment["EMPTY"] = "";

        Output output = await Output.OfAsync(lab.Sandbox, startInfo);

        output.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().BeEquivalentTo("ONE=a b=c", "EMPTY=");
    }

    [KernelFact]
    public async Task A_program_is_looked_up_in_the_path_of_its_own_environment()
    {
        await using Lab lab = await StartAsync();
        string folder = Directory.CreateTempSubdirectory("efw-test-").FullName;
        File.CreateSymbolicLink(Path.Combine(folder, "efw-test-echo"), "/bin/echo");
        var startInfo = new ProcessStartInfo("efw-test-echo", ["found"]);
        startInfo.Environment["PATH"] = folder;

        Output output = await Output.OfAsync(lab.Sandbox, startInfo);
        Directory.Delete(folder, recursive: true);

        output.Out.Should().Be("found\n");
    }

    [KernelFact]
    public async Task The_working_directory_is_the_one_that_was_given()
    {
        await using Lab lab = await StartAsync();

        Output output = await Output.OfAsync(lab.Sandbox, new ProcessStartInfo("pwd") { WorkingDirectory = "/usr/share" });

        output.Out.Should().Be("/usr/share\n");
    }

    [KernelFact]
    public async Task Arguments_as_one_text_and_as_a_list_come_to_the_same()
    {
        await using Lab lab = await StartAsync();

        Output text = await Output.OfAsync(lab.Sandbox, new ProcessStartInfo("printf", "\"%s|\" \"a b\" \"\" --cgroup=x -- \"say \\\"hi\\\"\""));
        Output list = await lab.RunAsync("printf", "%s|", "a b", "", "--cgroup=x", "--", "say \"hi\"");

        text.Out.Should().Be("a b||--cgroup=x|--|say \"hi\"|");
        list.Out.Should().Be(text.Out);
    }

    [KernelFact]
    public async Task The_callers_start_info_stays_as_it_was()
    {
        await using Lab lab = await StartAsync();
        var startInfo = new ProcessStartInfo("true") { UserName = "nobody" };
        startInfo.Environment["ONE"] = "1";
        var environment = new Dictionary<string, string?>(startInfo.Environment);

        (await lab.Sandbox.RunAsync(startInfo)).Should().Be(0);

        startInfo.FileName.Should().Be("true");
        startInfo.ArgumentList.Should().BeEmpty();
        startInfo.Arguments.Should().BeEmpty();
        startInfo.Environment.Should().BeEquivalentTo(environment);
        (await lab.Sandbox.RunAsync(startInfo)).Should().Be(0, "it can be used again");
    }

    [KernelFact]
    public async Task Another_user_runs_the_command_with_ids_groups_and_home_of_its_own()
    {
        await using Lab lab = await StartAsync();
        SandboxUser nobody = SandboxUser.Get("nobody");
        var startInfo = new ProcessStartInfo("sh", ["-c", "id -u; id -g; id -G; echo $HOME; echo $USER; echo $LOGNAME"]) { UserName = "nobody" };

        Output output = await Output.OfAsync(lab.Sandbox, startInfo);

        output.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().Equal(
            $"{nobody.UserId}", $"{nobody.GroupId}", string.Join(' ', nobody.Groups), nobody.Home, "nobody", "nobody");
    }

    [KernelFact]
    public async Task A_home_that_the_caller_has_chosen_stays()
    {
        await using Lab lab = await StartAsync();
        var startInfo = new ProcessStartInfo("sh", ["-c", "echo $HOME"]) { UserName = "nobody" };
        startInfo.Environment["HOME"] = "/chosen";

        Output output = await Output.OfAsync(lab.Sandbox, startInfo);

        output.Out.Should().Be("/chosen\n");
    }

    [KernelFact]
    public async Task Options_say_who_runs_every_command_of_a_sandbox()
    {
        await using IEgressFirewall firewall = await new FirewallBuilder().Allow("192.0.2.1").StartAsync();
        var options = new SandboxOptions { User = new SandboxUser { UserId = 3999999999, GroupId = 3999999998, Groups = [7, 8] } };
        await using ISandbox sandbox = await firewall.CreateSandboxAsync("user", options);

        Output output = await Output.OfAsync(sandbox, new ProcessStartInfo("id"));

        output.Out.Should().StartWith("uid=3999999999 gid=3999999998").And.Contain("7").And.Contain("8");
    }

    [KernelTheory]
    [InlineData("efw-no-such-command", ErrorCodes.CommandNotFound, 127)]
    [InlineData("/nowhere/command", ErrorCodes.CommandNotFound, 127)]
    [InlineData("/etc", ErrorCodes.CommandNotExecutable, 126)]
    [InlineData("/etc/passwd", ErrorCodes.CommandNotExecutable, 126)]
    public async Task What_cannot_be_started_says_so_and_the_sandbox_goes_on(string program, string code, int exitCode)
    {
        await using Lab lab = await StartAsync();

        SandboxStartException error = (await lab.Sandbox.Awaiting(sandbox => sandbox.RunAsync(new ProcessStartInfo(program)))
            .Should().ThrowAsync<SandboxStartException>()).Which;

        error.Code.Should().Be(code);
        error.ExitCode.Should().Be(exitCode);
        error.Message.Should().Contain(program);
        (await lab.RunAsync("true")).ExitCode.Should().Be(0);
    }

    [KernelFact]
    public async Task Text_without_an_interpreter_is_not_executable()
    {
        await using Lab lab = await StartAsync();
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "echo never\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Action start = () => lab.Sandbox.Start(new ProcessStartInfo(file));

        start.Should().Throw<SandboxStartException>().Where(error => error.ExitCode == 126).WithMessage("*#!*");
        File.Delete(file);
    }

    [KernelFact]
    public async Task An_unknown_user_is_an_error_before_anything_runs()
    {
        await using Lab lab = await StartAsync();

        Action start = () => lab.Sandbox.Start(new ProcessStartInfo("true") { UserName = "no-such-user-here" });

        start.Should().Throw<EgressFirewallException>().Where(error => error.Code == ErrorCodes.UserUnknown);
    }

    [KernelFact]
    public async Task Mistakes_of_the_caller_are_argument_exceptions()
    {
        await using Lab lab = await StartAsync();
        ISandbox sandbox = lab.Sandbox;

        sandbox.Invoking(s => s.Start(null!)).Should().Throw<ArgumentNullException>();
        sandbox.Invoking(s => s.Start(new ProcessStartInfo())).Should().Throw<ArgumentException>();
        sandbox.Invoking(s => s.Start(new ProcessStartInfo("true") { UseShellExecute = true })).Should().Throw<ArgumentException>().WithMessage("*UseShellExecute*");
        var both = new ProcessStartInfo("true", ["a"]) { Arguments = "b" };
        sandbox.Invoking(s => s.Start(both)).Should().Throw<ArgumentException>().WithMessage("*ArgumentList*");
        var redirected = new ProcessStartInfo("yes") { RedirectStandardOutput = true };
        await sandbox.Awaiting(s => s.RunAsync(redirected)).Should().ThrowAsync<ArgumentException>().WithMessage("*Start*");
        await lab.Firewall.Awaiting(f => f.CreateSandboxAsync("")).Should().ThrowAsync<ArgumentException>();
        await lab.Firewall.Awaiting(f => f.CreateSandboxAsync("x", null!)).Should().ThrowAsync<ArgumentNullException>();
    }

    [KernelFact]
    public async Task Cancelling_ends_every_process_of_the_sandbox()
    {
        await using Lab lab = await StartAsync();
        using var cancellation = new CancellationTokenSource();
        Task<int> running = lab.Sandbox.RunAsync(new ProcessStartInfo("sh", ["-c", "setsid sleep 1000 & sleep 1000"]), cancellation.Token);
        SpinWait.SpinUntil(() => Processes(lab).Length == 3, TimeSpan.FromSeconds(30)).Should().BeTrue();

        await cancellation.CancelAsync();

        await running.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        Processes(lab).Should().BeEmpty();
        (await lab.RunAsync("true")).ExitCode.Should().Be(0, "the sandbox itself goes on");
    }

    [KernelFact]
    public async Task A_run_that_is_cancelled_before_it_begins_starts_nothing()
    {
        await using Lab lab = await StartAsync();
        string file = Path.Combine(Path.GetTempPath(), $"efw-test-{Guid.NewGuid():n}");

        Func<Task> run = () => lab.Sandbox.RunAsync(new ProcessStartInfo("touch", [file]), new CancellationToken(canceled: true));

        await run.Should().ThrowAsync<OperationCanceledException>();
        File.Exists(file).Should().BeFalse();
    }

    [KernelFact]
    public async Task Commands_run_side_by_side_in_one_sandbox()
    {
        await using Lab lab = await StartAsync();

        int[] codes = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => lab.Sandbox.RunAsync(new ProcessStartInfo("sh", ["-c", $"exit {i}"])))));

        codes.Should().Equal(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    private static string[] Processes(Lab lab) => File.ReadAllLines(Path.Combine(lab.Sandbox.CgroupPath, "cgroup.procs"));

    private static Task<Lab> StartAsync() => Lab.StartAsync(builder => builder.Allow("192.0.2.1"));
}
