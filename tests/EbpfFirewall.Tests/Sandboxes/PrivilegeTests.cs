using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.Sandboxes;
using EbpfFirewall.TestKit;
using EbpfFirewall.Tests.Support;

namespace EbpfFirewall.Tests.Sandboxes;

public sealed class PrivilegeTests
{
    private const string ReadCapabilities = "grep ^Cap /proc/self/status";
    private const string OpenPacketSocket = "python3 -c 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)' 2>/dev/null";

    [Theory]
    [InlineData("io_uring", "io_uring")]
    [InlineData("NET_RAW", "net_raw")]
    [InlineData("cap_net_raw", "net_raw")]
    [InlineData("CAP_Sys_Admin", "sys_admin")]
    public void A_privilege_is_found_by_its_name_in_either_case(string text, string name)
    {
        SandboxPrivilege.Get(text).Name.Should().Be(name);
        SandboxPrivilege.Get(text).Should().BeSameAs(SandboxPrivilege.Get(name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("net_rawx")]
    [InlineData("cap_")]
    [InlineData("cap_io_uring")]
    [InlineData("net_raw,net_admin")]
    [InlineData("all")]
    public void Anything_else_is_an_error_that_lists_them(string text)
    {
        Action get = () => SandboxPrivilege.Get(text);

        get.Should().Throw<EgressFirewallException>().Where(error => error.Code == ErrorCodes.PrivilegeUnknown)
            .WithMessage($"*'{text}'*io_uring*net_raw*");
    }

    [Fact]
    public void Each_says_what_it_opens()
    {
        SandboxPrivilege.All.Should().OnlyHaveUniqueItems(privilege => privilege.Name)
            .And.OnlyContain(privilege => privilege.Opens.Length > 5 && !privilege.Opens.EndsWith('.'));
        SandboxPrivilege.All.Should().StartWith(
            [SandboxPrivilege.IoUring, SandboxPrivilege.Namespaces, SandboxPrivilege.Processes, SandboxPrivilege.AbstractUnix]);
    }

    /// <summary>A number that is off by one would keep another capability than the one that was asked for.</summary>
    [Fact]
    public async Task The_capabilities_have_the_kernels_numbers()
    {
        using Process capsh = Process.Start(new ProcessStartInfo("/usr/sbin/capsh", ["--decode=1ffffffffff"]) { RedirectStandardOutput = true })!;
        string decoded = await capsh.StandardOutput.ReadToEndAsync();

        SandboxPrivilege.All.Skip(4).Select(privilege => "cap_" + privilege.Name).Should().Equal(decoded.Trim().Split('=')[1].Split(','));
    }

    [KernelFact]
    public async Task By_default_nothing_is_kept()
    {
        (string output, _) = await RunAsync([], $"{ReadCapabilities}; {OpenPacketSocket} || echo refused");

        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(5).Should().OnlyContain(line => line.EndsWith("\t0000000000000000", StringComparison.Ordinal));
        output.Should().EndWith("refused\n");
    }

    [KernelTheory]
    [InlineData(null)]
    [InlineData("nobody")]
    public async Task A_capability_that_was_asked_for_is_kept_and_works_for_any_user(string? user)
    {
        (string output, _) = await RunAsync([SandboxPrivilege.Get("net_raw")], $"{ReadCapabilities}; {OpenPacketSocket} && echo opened", user);

        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(5).Should().OnlyContain(line => line.EndsWith("\t0000000000002000", StringComparison.Ordinal));
        output.Should().EndWith("opened\n");
    }

    [KernelFact]
    public async Task Processes_allowed_are_no_gap()
    {
        (string output, SandboxGaps gaps) = await RunAsync([SandboxPrivilege.Processes], $"kill -0 {Environment.ProcessId} && echo signalled");

        output.Should().Be("signalled\n");
        gaps.Should().Be(SandboxGaps.None);
    }

    [Fact]
    public void A_capability_that_this_process_lacks_is_an_error_that_says_so()
    {
        SandboxStartException error = new LauncherReport(LauncherStage.KeepCapabilities, 1).ToException("true");

        error.Message.Should().Contain("this process does not hold it itself: Operation not permitted");
        error.ExitCode.Should().Be(125);
    }

    /// <summary>The gaps are the kernel's, so the expected ones come from the version of its Landlock interface.</summary>
    [KernelFact]
    public async Task What_the_kernel_cannot_enforce_is_told_with_the_first_command()
    {
        await using Lab lab = await Lab.StartAsync(builder => builder.Allow("192.0.2.1"));
        SandboxGaps before = lab.Sandbox.Gaps;
        Output version = await lab.RunAsync("/usr/bin/python3", "-c", "import ctypes; print(ctypes.CDLL(None).syscall(444, None, 0, 1))");

        before.Should().Be(SandboxGaps.None);
        lab.Sandbox.Gaps.Should().Be(int.Parse(version.Out, CultureInfo.InvariantCulture) switch
        {
            >= 6 => SandboxGaps.None,
            >= 2 => SandboxGaps.SignallingOutside | SandboxGaps.AbstractUnixOutside,
            _ => SandboxGaps.TracingOutside | SandboxGaps.SignallingOutside | SandboxGaps.AbstractUnixOutside,
        });
    }

    private static async Task<(string Output, SandboxGaps Gaps)> RunAsync(SandboxPrivilege[] privileges, string script, string? user = null)
    {
        await using IEgressFirewall firewall = await new FirewallBuilder().Allow("192.0.2.1").StartAsync();
        var options = new SandboxOptions { UseSudoUser = false, User = user is null ? null : SandboxUser.Get(user), Privileges = [.. privileges] };
        await using ISandbox sandbox = await firewall.CreateSandboxAsync("privileges", options);

        Output output = await Output.OfAsync(sandbox, new ProcessStartInfo("sh", ["-c", script]));
        return (output.Out, sandbox.Gaps);
    }
}
