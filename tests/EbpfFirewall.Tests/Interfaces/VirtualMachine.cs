using System.Collections.Concurrent;
using System.Diagnostics;
using EbpfFirewall.Core.Tests.Support;
using EbpfFirewall.TestKit.Commands;

namespace EbpfFirewall.Tests.Interfaces;

/// <summary>A machine under QEMU with a network card and a script, by one of the kernels that eng/kernel-matrix fetches.</summary>
internal sealed class VirtualMachine : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly string _folder;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = [];

    private VirtualMachine(string folder, Process process)
    {
        _folder = folder;
        _process = process;
        process.OutputDataReceived += (_, line) => _said.Enqueue(line.Data?.Trim() ?? "");
        process.BeginOutputReadLine();
    }

    /// <summary>The lines of its console.</summary>
    internal IReadOnlyCollection<string> Said => _said;

    private static string State =>
        Environment.GetEnvironmentVariable("EFW_KERNEL_MATRIX") is { Length: > 0 } folder ? folder : RepositoryFiles.PathOf("artifacts", "kernel-matrix");

    /// <summary>The version of a kernel that has been fetched, or null.</summary>
    internal static string? FindKernel() =>
        Directory.Exists(Path.Combine(State, "kernels"))
            ? Directory.GetDirectories(Path.Combine(State, "kernels")).Select(Path.GetFileName).FirstOrDefault(name => name!.StartsWith("6.1.", StringComparison.Ordinal))
            : null;

    /// <summary>Boots it.</summary>
    /// <param name="lab">Whose host has the tap.</param>
    /// <param name="tap">The tap.</param>
    /// <param name="script">What it does; <c>say</c> writes a line to its console. Then it goes off.</param>
    internal static VirtualMachine Start(InterfaceLab lab, string tap, string script)
    {
        string version = FindKernel() ?? throw new InvalidOperationException($"There is no kernel 6.1 below {State}/kernels: eng/kernel-matrix/fetch-kernels --quick");
        string folder = Directory.CreateTempSubdirectory("efw-vm-").FullName;
        File.WriteAllText(Path.Combine(folder, "script"), script + "\n");
        string make = RepositoryFiles.PathOf("eng", "kernel-matrix", "make-network-guest");
        CommandRunner.RunAsync(new Command(make, version, folder)).Result.EnsureSuccess();
        ProcessStartInfo startInfo = new("qemu-system-x86_64",
        [
            "-M", "q35", "-cpu", "max", "-accel", "tcg", "-smp", "1", "-m", "256", "-nodefaults", "-display", "none", "-no-reboot", "-serial", "stdio",
            "-kernel", Path.Combine(folder, "kernel"), "-initrd", Path.Combine(folder, "initrd"), "-append", "console=ttyS0 quiet panic=-1 mitigations=off",
            "-netdev", $"tap,id=n,ifname={tap},script=no,downscript=no", "-device", "virtio-net-pci,netdev=n",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        return new VirtualMachine(folder, InterfaceLab.StartIn(lab.Host, startInfo));
    }

    /// <summary>Waits until its console shows a line that begins so.</summary>
    internal async Task WaitForAsync(string line)
    {
        long began = Stopwatch.GetTimestamp();
        while (!_said.Any(said => said.StartsWith(line, StringComparison.Ordinal)))
        {
            (Stopwatch.GetElapsedTime(began) < Patience && !_process.HasExited).Should().BeTrue("the machine says \"{0}\"; it said {1}", line, string.Join(" | ", _said));
            await Task.Delay(50);
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
