using EbpfFirewall.Launcher.Tests.Harness;
using EbpfFirewall.TestKit;

namespace EbpfFirewall.Launcher.Tests;

/// <summary>What builds and tools do all day works behind filter and domain.</summary>
public sealed class OrdinaryProgramTests : IDisposable
{
    private const string SearchPath = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

    private static readonly (string Name, string Script)[] _programs =
    [
        ("python3", "/usr/bin/python3 -c 'import threading as t; x = [t.Thread(target=print, args=(i,)) for i in range(4)]; [y.start() for y in x]; [y.join() for y in x]'"),
        ("python3", "/usr/bin/python3 -c 'import multiprocessing as m; print(m.Pool(2).map(abs, [-1, 2]))'"),
        ("python3", "/usr/bin/python3 -c 'import asyncio; print(asyncio.run(asyncio.create_subprocess_exec(\"true\")).pid)'"),
        ("python3", "/usr/bin/python3 -c 'import socket; print(socket.getaddrinfo(\"localhost\", 80), socket.if_nameindex())'"),
        ("dotnet", "dotnet --info"),
        ("curl", "curl --version && curl -s file:///etc/hostname"),
        ("gcc", "echo 'int main(void) { return 0; }' > a.c && gcc -pipe -pthread a.c -o a && ./a"),
        ("ip", "ip -br addr && ip route"),
        ("git", "git init -q work && cd work && git -c user.name=x -c user.email=x@y commit -q --allow-empty -m x && git gc -q && git log --oneline"),
        ("make", "printf 'all: a b\\na b:\\n\\t@echo $@\\n' | make -j2 -f -"),
        ("node", "node -e 'const {Worker} = require(\"worker_threads\"); new Worker(\"require(\\\"fs\\\").readdirSync(\\\"/\\\")\", {eval: true}); require(\"fs\").readFile(\"/etc/hostname\", e => { if (e) throw e; }); require(\"child_process\").execSync(\"true\")'"),
        ("java", "java -version"),
        ("docker", "docker --version"),
        ("strace", "strace -f -o trace sh -c 'cat /dev/null; true'"),
        ("gdb", "gdb -batch -ex run -ex quit /bin/true"),
    ];

    private readonly TestCgroup _cgroup = new();
    private readonly string _home = Directory.CreateTempSubdirectory("efw-ordinary-").FullName;

    /// <summary>Those of them that are installed.</summary>
    public static TheoryData<string, string> Programs
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach ((string name, string script) in _programs.Where(program => IsInstalled(program.Name)))
            {
                data.Add(name, script);
            }

            return data;
        }
    }

    public OrdinaryProgramTests() => File.SetUnixFileMode(_home, (UnixFileMode)0b111_111_111);

    public void Dispose()
    {
        _cgroup.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    [KernelTheory, MemberData(nameof(Programs))]
    public async Task A_program_works_inside(string program, string script)
    {
        var sandbox = new Sandbox(_cgroup)
        {
            Uid = Sandbox.OtherUid,
            WorkingDirectory = _home,
            Environment = new Dictionary<string, string>
            {
                ["HOME"] = _home,
                ["PATH"] = SearchPath,
                ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
                ["DOTNET_NOLOGO"] = "1",
            },
        };

        SandboxResult result = await sandbox.ShellAsync("exec 2>&1; " + script);

        result.ExitCode.Should().Be(0, "{0}: {1}{2}", program, result.Text, result.Error);
    }

    private static bool IsInstalled(string program) =>
        SearchPath.Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
