using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using EbpfFirewall.Cli.SelfTest.Running;

namespace EbpfFirewall.Cli.SelfTest.Lab;

/// <summary>A process outside of the sandbox, of the same user, that is connected to a forbidden place: what others might act through.</summary>
internal sealed class Bystander : IDisposable
{
    public const string Verb = "selftest-bystander";
    private const int Number = 60_000;
    private readonly Process _process;

    private Bystander(Process process, int socket, long word)
    {
        _process = process;
        Socket = socket;
        Word = word;
    }

    public static string Peer { get; } = Places.Forbidden4(Number).ToString();

    public int ProcessId => _process.Id;

    public int Socket { get; }

    public long Word { get; }

    public static Bystander Start()
    {
        Process process = Process.Start(OwnProgram.Command(Verb))!;
        string[] said = process.StandardOutput.ReadLine()!.Split(' ');
        return new Bystander(process, int.Parse(said[0], CultureInfo.InvariantCulture), long.Parse(said[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Is one.</summary>
    public static int Execute()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(new IPEndPoint(IPAddress.Parse(Peer), 443));
        nint word = Marshal.AllocHGlobal(8);
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{socket.Handle} {word}"));
        Console.Out.Flush();
        Console.In.ReadToEnd();
        return ExitCodes.Success;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(2)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
