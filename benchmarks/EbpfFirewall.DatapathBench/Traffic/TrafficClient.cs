using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace EbpfFirewall.DatapathBench;

/// <summary>traffic.c's client: a process that waits in its cgroup and network until it is told to make traffic.</summary>
internal sealed class TrafficClient : IDisposable
{
    private readonly Process _process;

    private TrafficClient(Process process, Destinations destinations)
    {
        _process = process;
        try
        {
            byte[] addresses = new byte[destinations.Addresses.Count * sizeof(uint)];
            for (int i = 0; i < destinations.Addresses.Count; i++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(addresses.AsSpan(i * sizeof(uint)), destinations.Addresses[i]);
            }

            Send(string.Create(CultureInfo.InvariantCulture, $"{destinations.Addresses.Count}\n"));
            process.StandardInput.BaseStream.Write(addresses);
            process.StandardInput.BaseStream.Flush();
        }
        catch (IOException)
        {
            // It ended, and has not said that it is ready.
        }

        if (process.StandardOutput.ReadLine()?.StartsWith("ready", StringComparison.Ordinal) != true)
        {
            process.Dispose();
            throw new InvalidOperationException("The client of the bench's traffic did not start.");
        }
    }

    internal int ProcessId => _process.Id;

    /// <summary>Starts it in a sandbox.</summary>
    internal static TrafficClient Start(ISandbox sandbox, string program, Destinations destinations) =>
        new(sandbox.Start(Redirected(new ProcessStartInfo(program, ["client", NetworkPair.ServerAddress]))), destinations);

    /// <summary>Starts it in a network, outside of any sandbox.</summary>
    internal static TrafficClient Start(string networkPath, string program, Destinations destinations)
    {
        ProcessStartInfo start = new("nsenter", [$"--net={networkPath}", program, "client", NetworkPair.ServerAddress]);
        return new TrafficClient(Process.Start(Redirected(start))!, destinations);
    }

    /// <summary>Makes a burst of traffic.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    internal Burst Run(TrafficWork work, int milliseconds) =>
        Command(string.Create(CultureInfo.InvariantCulture, $"{work.Command} {milliseconds}"));

    /// <summary>Whether one datagram to the address may leave.</summary>
    internal bool MaySendTo(string address) => Command($"try {address}").Denied == 0;

    /// <summary>Whether a connection to the server comes about.</summary>
    internal bool CanConnect() => Command("reach").Denied == 0;

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static ProcessStartInfo Redirected(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        return start;
    }

    private Burst Command(string command)
    {
        string? answer;
        try
        {
            Send(command + "\n");
            answer = _process.StandardOutput.ReadLine();
        }
        catch (IOException)
        {
            answer = null;
        }

        if (answer is null)
        {
            throw new InvalidOperationException($"The client ended at '{command}'.");
        }

        string[] words = answer.Split(' ');
        return words[0] != "failed"
            ? new Burst(Number(words[0]), Number(words[1]), Number(words[2]))
            : throw new InvalidOperationException($"'{command}' {answer}.");
    }

    /// <summary>Past the writer: what it could not write it would try again when it is closed.</summary>
    private void Send(string text)
    {
        _process.StandardInput.BaseStream.Write(Encoding.ASCII.GetBytes(text));
        _process.StandardInput.BaseStream.Flush();
    }

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);
}
