using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EbpfFirewall.Native.Tests.Support;

/// <summary>A network namespace of the test's own, with nothing but a loopback interface, whose index is 1.</summary>
internal sealed class TestNetwork : IDisposable
{
    private readonly Process _holder;

    internal TestNetwork()
    {
        _holder = Process.Start(new ProcessStartInfo("unshare", ["-n", "sh", "-c", "ip link set lo up; echo up; exec sleep 1000"]) { RedirectStandardOutput = true })!;
        _holder.StandardOutput.ReadLine().Should().Be("up");
        Namespace = NetworkNamespace.OfProcess(_holder.Id);
    }

    internal NetworkNamespace Namespace { get; }

    internal T Run<T>(Func<T> function) => Namespace.Run(function);

    /// <summary>Sends one datagram to nobody; false when something on the way refused it.</summary>
    internal bool Send(string address = "127.0.0.1") => Run(() =>
    {
        using UdpClient sender = new(AddressFamily.InterNetwork);
        try
        {
            return sender.Send([1], new IPEndPoint(IPAddress.Parse(address), 9)) == 1;
        }
        catch (SocketException)
        {
            return false;
        }
    });

    /// <summary>Runs a shell command inside, and returns what it wrote.</summary>
    internal string Execute(string command)
    {
        // ip reads /sys, which must be that of the namespace: mounted anew, where nobody else sees it.
        string[] arguments = ["-t", $"{_holder.Id}", "-n", "unshare", "-m", "sh", "-c", $"mount -t sysfs sysfs /sys && {{ {command}; }}"];
        using Process shell = Process.Start(new ProcessStartInfo("nsenter", arguments) { RedirectStandardOutput = true })!;
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        shell.ExitCode.Should().Be(0, command + ": " + output);
        return output;
    }

    public void Dispose()
    {
        Namespace.Dispose();
        _holder.Kill();
        _holder.WaitForExit();
        _holder.Dispose();
    }
}
