namespace EbpfFirewall.Launcher.Tests.Harness;

/// <summary>One start of the launcher: what comes before it, its options, and the program.</summary>
internal sealed record Sandbox(TestCgroup Cgroup)
{
    public const int OtherUid = 54321;

    public string Launcher { get; init; } = Repository.Launcher;

    /// <summary>A command that ends in executing what follows it, so that the pid stays the same.</summary>
    public string[] Before { get; init; } = [];

    /// <summary>What becomes of the options of a right command line.</summary>
    public Func<string[], string[]> Edit { get; init; } = options => options;

    /// <summary>Uid and gid of the program; null keeps root's.</summary>
    public int? Uid { get; init; }

    public string Groups { get; init; } = "";

    /// <summary>Words of <c>--allow</c>, separated by commas; empty for no such option.</summary>
    public string Allow { get; init; } = "";

    /// <summary>Numbers of capabilities that are kept, separated by commas; empty for no such option.</summary>
    public string Capabilities { get; init; } = "";

    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    public string? WorkingDirectory { get; init; }

    public bool RedirectInput { get; init; } = true;

    /// <summary>Runs a shell snippet first, then the launcher in its place.</summary>
    public Sandbox After(string snippet) => this with { Before = [.. Before, "bash", "-ec", snippet + "\nexec \"$@\"", "before"] };

    /// <summary>The same, in a mount namespace of its own, whose mounts nobody else sees.</summary>
    public Sandbox AfterMounting(string snippet) =>
        (this with { Before = [.. Before, "unshare", "--mount", "--propagation", "private"] }).After(snippet);

    /// <summary>Runs a Python script first, which ends in <c>os.execvp(sys.argv[1], sys.argv[1:])</c>.</summary>
    public Sandbox AfterPython(string script) =>
        this with { Before = [.. Before, "python3", "-c", "import os, sys\n" + script + "\nos.execvp(sys.argv[1], sys.argv[1:])"] };

    public Sandbox Replacing(string option, string value) => Editing(options =>
        Array.ConvertAll(options, text => text.StartsWith(option + "=", StringComparison.Ordinal) ? $"{option}={value}" : text));

    public Sandbox Without(string option) => Editing(options =>
        Array.FindAll(options, text => !text.StartsWith(option + "=", StringComparison.Ordinal)));

    public Sandbox Editing(Func<string[], string[]> edit) => this with { Edit = edit };

    public RunningSandbox Start(params string[] command) => RunningSandbox.Start(this, command);

    public async Task<SandboxResult> RunAsync(params string[] command)
    {
        using RunningSandbox running = Start(command);
        return await running.WaitAsync();
    }

    public Task<SandboxResult> ShellAsync(string script) => RunAsync("sh", "-c", script);

    internal string[] Arguments(string statusPath, string[] command) =>
        [.. Before, Launcher, .. Edit(Options(statusPath)), "--", .. command];

    private string[] Options(string statusPath)
    {
        List<string> options = [$"--status={statusPath}", $"--parent={System.Environment.ProcessId}", $"--cgroup={Cgroup.FullPath}"];
        if (Uid is not null)
        {
            options.AddRange([$"--uid={Uid}", $"--gid={Uid}", $"--groups={Groups}"]);
        }

        if (Capabilities.Length > 0)
        {
            options.Add($"--capabilities={Capabilities}");
        }

        if (Allow.Length > 0)
        {
            options.Add($"--allow={Allow}");
        }

        return [.. options];
    }
}
