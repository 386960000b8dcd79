using System.Diagnostics;
using System.Globalization;
using EbpfFirewall.TestKit.Commands;
using Namespace = EbpfFirewall.TestKit.Lab.NetworkNamespace;

namespace EbpfFirewall.Tests.Inbound;

/// <summary>Another host, at the end of a veth pair whose other end is ours.</summary>
internal sealed class OutsideLab : IAsyncDisposable
{
    private static int _count;
    private readonly Namespace _namespace;

    private OutsideLab(Namespace outside, int number)
    {
        _namespace = outside;
        OwnAddress = $"10.{100 + (number % 100)}.{Environment.ProcessId % 250}.1";
        Address = OwnAddress[..^1] + "2";
        Device = string.Create(CultureInfo.InvariantCulture, $"efwo{Environment.ProcessId % 100000}n{number}");
    }

    /// <summary>Of our end.</summary>
    internal string OwnAddress { get; }

    /// <summary>Of the other host.</summary>
    internal string Address { get; }

    private string Device { get; }

    internal static async Task<OutsideLab> StartAsync(bool withOwnAddress = true)
    {
        int number = Interlocked.Increment(ref _count);
        var lab = new OutsideLab(await Namespace.CreateAsync($"efwout-{Environment.ProcessId}-{number}"), number);
        await IpAsync($"link add {lab.Device} type veth peer name o0 netns {lab._namespace.Name}");
        await IpAsync($"link set {lab.Device} up");
        await IpAsync($"-n {lab._namespace.Name} addr add {lab.Address}/24 dev o0");
        await IpAsync($"-n {lab._namespace.Name} link set o0 up");
        if (withOwnAddress)
        {
            await lab.AddOwnAddressAsync();
        }

        return lab;
    }

    internal Task AddOwnAddressAsync() => IpAsync($"addr add {OwnAddress}/24 dev {Device}");

    /// <summary>Runs a Python script on the other host; returns what it printed.</summary>
    internal async Task<string> RunAsync(string script)
    {
        ProcessStartInfo startInfo = new("nsenter", [$"--net=/run/netns/{_namespace.Name}", "/usr/bin/python3", "-ISc", script])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(startInfo)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output.Trim();
    }

    /// <summary>Starts a Python script in a sandbox.</summary>
    internal static Process Start(ISandbox sandbox, string script) =>
        sandbox.Start(new ProcessStartInfo("/usr/bin/python3", ["-ISc", script]) { RedirectStandardOutput = true, RedirectStandardInput = true });

    public async ValueTask DisposeAsync()
    {
        await IpAsync($"link del {Device}");
        await _namespace.DisposeAsync();
    }

    private static async Task IpAsync(string arguments) => (await CommandRunner.RunAsync(new Command("ip", [.. arguments.Split(' ')]))).EnsureSuccess();
}
