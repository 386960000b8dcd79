using System.Text;
using EbpfFirewall.Launcher.Tests.Harness;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Launcher.Tests;

/// <summary>Finding the program, and what reaches it.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly TestCgroup _cgroup = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("efw-program-").FullName;

    public ProgramTests() => File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);

    public void Dispose()
    {
        _cgroup.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [KernelFact]
    public async Task Arguments_pass_untouched()
    {
        string[] arguments =
        [
            "", " ", "two words", "line\nbreak", "tab\t", "--", "--uid=7", "-x", "ünï→😀", "\"'\\$(id)`id`*", new string('x', 100_000),
        ];

        SandboxResult result = await new Sandbox(_cgroup).RunAsync(["/usr/bin/printf", "%s\\0", .. arguments]);

        result.ShouldHaveRun();
        result.Text.Split('\0')[..^1].Should().Equal(arguments);
    }

    [KernelFact]
    public async Task The_program_is_called_by_the_name_that_was_given()
    {
        SandboxResult result = await new Sandbox(_cgroup).RunAsync("sh", "-c", "tr '\\0' ' ' </proc/$$/cmdline");

        result.Text.Should().StartWith("sh -c ");
    }

    [KernelFact]
    public async Task The_environment_passes_untouched()
    {
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/bin:/bin",
            ["EMPTY"] = "",
            ["LINES"] = "a\nb",
            ["ÜNI"] = "→",
            ["EQUALS"] = "a=b=c",
            ["LD_PRELOAD"] = "",
            ["x y"] = "z",
        };

        SandboxResult result = await (new Sandbox(_cgroup) { Environment = environment }).RunAsync("cat", "/proc/self/environ");

        result.ShouldHaveRun();
        result.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries).Should()
            .BeEquivalentTo(environment.Select(variable => $"{variable.Key}={variable.Value}"));
    }

    [KernelFact]
    public async Task An_empty_environment_stays_empty()
    {
        var sandbox = new Sandbox(_cgroup) { Before = ["env", "-i"] };

        SandboxResult result = await sandbox.RunAsync("cat", "/proc/self/environ");

        result.ShouldHaveRun();
        result.Output.Should().BeEmpty();
    }

    [KernelFact]
    public async Task Output_is_passed_byte_by_byte()
    {
        SandboxResult result = await new Sandbox(_cgroup).RunAsync("printf", "\\377\\000\\n");

        result.Output.Should().Equal(0xff, 0, (byte)'\n');
    }

    [KernelTheory]
    [InlineData("efw-no-such-program")]
    [InlineData("/no/such/program")]
    [InlineData("./no-such-program")]
    [InlineData("")]
    public async Task A_missing_program_gives_127(string program)
    {
        (await new Sandbox(_cgroup).RunAsync(program)).ShouldHaveFailed(LauncherStage.NotFound, Errno.ENOENT, exitCode: 127);
    }

    [KernelTheory]
    [InlineData("/etc/passwd", Errno.EACCES)]
    [InlineData("/usr", Errno.EACCES)]
    [InlineData("/etc/passwd/x", Errno.ENOTDIR)]
    internal async Task A_program_that_cannot_be_executed_gives_126(string program, Errno error)
    {
        (await new Sandbox(_cgroup).RunAsync(program)).ShouldHaveFailed(LauncherStage.NotExecutable, error, exitCode: 126);
    }

    [KernelFact]
    public async Task A_script_without_an_interpreter_line_is_not_given_to_a_shell()
    {
        string script = Write("script", "echo ran");

        (await new Sandbox(_cgroup).RunAsync(script)).ShouldHaveFailed(LauncherStage.NotExecutable, Errno.ENOEXEC, exitCode: 126);
    }

    [KernelFact]
    public async Task A_script_whose_interpreter_is_missing_was_found()
    {
        string script = Write("script", "#!/no/such/interpreter");

        (await new Sandbox(_cgroup).RunAsync(script)).ShouldHaveFailed(LauncherStage.NotExecutable, Errno.ENOENT, exitCode: 126);
    }

    [KernelFact]
    public async Task A_script_runs_by_its_interpreter_line()
    {
        string script = Write("script", "#!/bin/sh\necho \"$0 $1\"");

        SandboxResult result = await new Sandbox(_cgroup).RunAsync(script, "a b");

        result.Text.Should().Be($"{script} a b\n");
    }

    [KernelFact]
    public async Task The_path_is_searched_in_order()
    {
        Write("one/tool", "#!/bin/sh\necho one");
        Write("two/tool", "#!/bin/sh\necho two");

        (await WithPath($"{_directory}/none:{_directory}/two:{_directory}/one").RunAsync("tool")).Text.Should().Be("two\n");
    }

    [KernelFact]
    public async Task A_file_that_is_not_executable_does_not_end_the_search()
    {
        Write("one/tool", "no program", executable: false);
        Directory.CreateDirectory(Path.Combine(_directory, "dir/tool"));
        Write("two/tool", "#!/bin/sh\necho two");

        (await WithPath($"{_directory}/one:{_directory}/dir:{_directory}/two").RunAsync("tool")).Text.Should().Be("two\n");
    }

    [KernelFact]
    public async Task A_file_that_is_not_executable_is_what_the_search_reports()
    {
        Write("one/tool", "no program", executable: false);

        (await WithPath($"{_directory}/one:{_directory}/two").RunAsync("tool"))
            .ShouldHaveFailed(LauncherStage.NotExecutable, Errno.EACCES, exitCode: 126);
    }

    /// <summary>Under sudo, root's PATH has directories that the user may not enter: that is no "permission denied".</summary>
    [KernelFact]
    public async Task A_directory_of_the_path_that_the_user_may_not_enter_holds_nothing()
    {
        Write("closed/tool", "#!/bin/sh\necho closed");
        File.SetUnixFileMode(Path.Combine(_directory, "closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        (await (WithPath($"{_directory}/closed") with { Uid = Sandbox.OtherUid }).RunAsync("tool"))
            .ShouldHaveFailed(LauncherStage.NotFound, Errno.ENOENT, exitCode: 127);
    }

    [KernelTheory]
    [InlineData(":/usr/bin")]
    [InlineData("/usr/bin:")]
    [InlineData("/usr/bin::/bin")]
    public async Task An_empty_directory_of_the_path_is_the_working_directory(string path)
    {
        Write("tool", "#!/bin/sh\necho here");

        (await (WithPath(path) with { WorkingDirectory = _directory }).RunAsync("tool")).Text.Should().Be("here\n");
    }

    [KernelFact]
    public async Task Without_a_path_the_system_s_directories_are_searched()
    {
        var sandbox = new Sandbox(_cgroup) { Before = ["env", "-u", "PATH"] };

        (await sandbox.RunAsync("true")).ShouldHaveRun();
    }

    [KernelFact]
    public async Task A_path_longer_than_any_path_can_be_is_passed_over()
    {
        SandboxResult result = await WithPath($"/{new string('x', 5000)}:/usr/bin").RunAsync("true");

        result.ShouldHaveRun();
    }

    [KernelFact]
    public async Task The_search_is_made_with_the_rights_of_the_user()
    {
        Write("one/tool", "#!/bin/sh\necho one");
        File.SetUnixFileMode(Path.Combine(_directory, "one/tool"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        (await (WithPath($"{_directory}/one") with { Uid = Sandbox.OtherUid }).RunAsync("tool"))
            .ShouldHaveFailed(LauncherStage.NotExecutable, Errno.EACCES, exitCode: 126);
    }

    private Sandbox WithPath(string path) => new(_cgroup) { Before = ["env", "PATH=" + path] };

    private string Write(string name, string content, bool executable = true)
    {
        string path = Path.Combine(_directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content + "\n", new UTF8Encoding(false));
        if (executable)
        {
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }

        return path;
    }
}
