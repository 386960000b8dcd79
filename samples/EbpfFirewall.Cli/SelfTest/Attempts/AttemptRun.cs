using System.Diagnostics;
using System.Net;
using System.Text;
using EbpfFirewall.Cli.SelfTest.Interop;
using EbpfFirewall.Cli.SelfTest.Lab;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>One run of an attempt: where it may go wrong, with what, and the record of its calls.</summary>
internal sealed class AttemptRun(AttemptOrder order) : IDisposable
{
    private readonly List<AttemptStep> _steps = [];
    private readonly List<int> _descriptors = [];
    private readonly List<int> _processes = [];

    public World World => order.World;

    public bool Confined => order.Confined;

    public int Number => order.Number;

    /// <summary>The secret.</summary>
    public byte[] Token { get; } = Encoding.ASCII.GetBytes(order.Token);

    public string TokenText => order.Token;

    /// <summary>Addresses of this run's own that no rule allows.</summary>
    public IPAddress Forbidden4 { get; } = Places.Forbidden4(order.Number);

    /// <inheritdoc cref="Forbidden4"/>
    public IPAddress Forbidden6 { get; } = Places.Forbidden6(order.Number);

    public IPAddress Mapped => Forbidden4.MapToIPv6();

    public IReadOnlyList<AttemptStep> Steps => _steps;

    public IReadOnlyList<int> Processes => _processes;

    public string? Note { get; set; }

    /// <summary>Makes a call and writes down what it answered; ends the attempt when it is refused.</summary>
    public long Do(string name, Func<long> call)
    {
        long result = Try(name, call);
        return result >= 0 ? result : throw new AttemptRefusedException(name);
    }

    /// <summary>Makes a call and writes down what it answered.</summary>
    public long Try(string name, Func<long> call)
    {
        long start = Stopwatch.GetTimestamp();
        long result = call();
        _steps.Add(new AttemptStep(name, result < 0 ? (int)-result : 0, Stopwatch.GetElapsedTime(start).TotalMilliseconds));
        return result;
    }

    /// <summary>Makes a call that must answer with this error, or with none.</summary>
    public void Expect(string name, int error, Func<long> call)
    {
        long result = call();
        _steps.Add(new AttemptStep(name, 0, 0));
        Require(result >= 0 || result == -error, $"{name} answered {Errno.Name((int)-result)}");
    }

    /// <summary>Ends the attempt as a failure of its own preparations, not as a denial.</summary>
    public static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException(what);
        }
    }

    /// <summary>A socket that is closed with the run.</summary>
    public int Socket(int family, int type, int protocol = 0)
    {
        int fd = (int)Do("socket", () => Linux.Socket(family, type, protocol));
        Linux.BeQuick(fd);
        return Own(fd);
    }

    public int Own(long fd)
    {
        _descriptors.Add((int)fd);
        return (int)fd;
    }

    /// <summary>Names a process that acted for this attempt.</summary>
    public void ActedBy(int process) => _processes.Add(process);

    public void Dispose() => _descriptors.ForEach(fd => Linux.Close(fd));
}
