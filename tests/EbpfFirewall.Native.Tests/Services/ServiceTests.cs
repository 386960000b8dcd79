using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Native.Interop;
using EbpfFirewall.TestKit;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native.Tests.Services;

public sealed class ServiceTests
{
    [KernelFact]
    public void A_memory_file_runs_as_a_program_and_cannot_be_changed()
    {
        byte[] program = File.ReadAllBytes("/bin/echo");
        using MemoryFile file = MemoryFile.CreateExecutable("echo", program);
        ProcessStartInfo start = new(file.Path, ["hello"]) { RedirectStandardOutput = true };

        using Process process = Process.Start(start)!;

        process.StandardOutput.ReadToEnd().Should().Be("hello\n");
        LibC.Write(file.Handle, [1]).Should().Be(-(int)Errno.EPERM);
    }

    [KernelFact]
    public void A_socket_made_inside_a_network_namespace_stays_there()
    {
        using Process holder = Process.Start(new ProcessStartInfo("unshare", ["-n", "sleep", "1000"]))!;
        try
        {
            string own = Read("/proc/self/ns/net");
            SpinWait.SpinUntil(() => Read($"/proc/{holder.Id}/ns/net") != own, TimeSpan.FromSeconds(10)).Should().BeTrue();
            using NetworkNamespace other = NetworkNamespace.OfProcess(holder.Id);

            string inside = other.Run(static () => Read("/proc/thread-self/ns/net"));
            SocketError error = other.Run(static () =>
            {
                // Nothing is up in there, not even the loopback.
                using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                try
                {
                    socket.Connect(IPAddress.Loopback, 9);
                    return SocketError.Success;
                }
                catch (SocketException failure)
                {
                    return failure.SocketErrorCode;
                }
            });

            inside.Should().NotBe(own).And.Be(Read($"/proc/{holder.Id}/ns/net"));
            error.Should().Be(SocketError.NetworkUnreachable);
            Read("/proc/thread-self/ns/net").Should().Be(own);
            other.Invoking(static n => n.Run<int>(static () => throw new InvalidDataException("x"))).Should().Throw<InvalidDataException>();
        }
        finally
        {
            holder.Kill();
            holder.WaitForExit();
        }
    }

    [Fact]
    public void The_boot_clock_agrees_with_the_kernels_uptime()
    {
        double uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

        LinuxProcess.TimeSinceBoot.TotalSeconds.Should().BeApproximately(uptime, 5);
        long monotonic = LinuxProcess.MonotonicNanoseconds;
        LinuxProcess.NanosecondsSinceBoot.Should().BeGreaterThanOrEqualTo(monotonic);
    }

    [Fact]
    public void Signals_reach_processes_and_tell_when_there_is_none()
    {
        using Process sleeper = Process.Start("sleep", "1000");

        LinuxProcess.Signal(sleeper.Id, 0).Should().BeTrue();
        LinuxProcess.Signal(sleeper.Id, 15).Should().BeTrue();
        sleeper.WaitForExit();

        sleeper.ExitCode.Should().Be(128 + 15);
        LinuxProcess.Signal(sleeper.Id, 0).Should().BeFalse();
    }

    [Fact]
    public void A_pipe_carries_bytes()
    {
        (Microsoft.Win32.SafeHandles.SafeFileHandle read, Microsoft.Win32.SafeHandles.SafeFileHandle write) = LinuxProcess.CreatePipe();
        using (read)
        {
            LibC.Write(write, [1, 2, 3]).Should().Be(0);
            write.Dispose();
            byte[] buffer = new byte[8];

            LibC.Read(read, buffer).Should().Be(3);
            LibC.Read(read, buffer).Should().Be(0);
        }
    }

    private static string Read(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: false)?.Name ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    [Fact]
    public void A_file_that_is_held_is_looked_at_and_not_opened()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        string link = File.CreateSymbolicLink(Path.Combine(folder, "link"), file).FullName;
        try
        {
            using SafeFileHandle held = LinuxFile.Hold(link);
            using SafeFileHandle directory = LinuxFile.Hold(folder);
            using SafeFileHandle device = LinuxFile.Hold("/dev/null");

            LinuxFile.IsRegular(held).Should().BeTrue();
            LinuxFile.IsRegular(directory).Should().BeFalse();
            LinuxFile.IsRegular(device).Should().BeFalse();
            FluentActions.Invoking(() => RandomAccess.Read(held, new byte[1], 0)).Should().Throw<Exception>();
            FluentActions.Invoking(static () => LinuxFile.Hold("/no/such/file")).Should().Throw<BpfException>().Which.Error.Should().Be(Errno.ENOENT);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_file_has_an_owner_and_a_link_may_have_another()
    {
        string file = Path.GetTempFileName();
        string link = file + ".link";
        File.CreateSymbolicLink(link, "/proc/self/status");
        try
        {
            LinuxFile.OwnerOf(file).Should().Be(LinuxFile.OwnerOf("/proc/self"), "this process made it");
            LinuxFile.OwnerOf(link).Should().Be(LinuxFile.OwnerOf("/proc/self/status"));
            LinuxFile.OwnerOf(link, followLinks: false).Should().Be(LinuxFile.OwnerOf(file));
            FluentActions.Invoking(static () => LinuxFile.OwnerOf("/no/such/file")).Should().Throw<BpfException>().Which.Error.Should().Be(Errno.ENOENT);
        }
        finally
        {
            File.Delete(link);
            File.Delete(file);
        }
    }
}
