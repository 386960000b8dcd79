using System.Globalization;
using System.Runtime.InteropServices;
using EbpfFirewall.Native;

namespace EbpfFirewall.Cli;

/// <summary>
/// Sends the signals that efw gets on to the command. A signal from the terminal has reached the command already, for the
/// two share a process group: that one is only kept from ending efw before the command.
/// </summary>
internal sealed class SignalForwarder : IDisposable
{
    private const int SigUsr1 = 10;
    private const int SigUsr2 = 12;
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Lock _gate = new();
    private readonly Queue<int> _early = new();
    private int _processId;

    public SignalForwarder()
    {
        Register(PosixSignal.SIGINT, 2, fromTerminal: true);
        Register(PosixSignal.SIGQUIT, 3, fromTerminal: true);
        Register(PosixSignal.SIGHUP, 1, fromTerminal: false);
        Register(PosixSignal.SIGTERM, 15, fromTerminal: false);
        Register((PosixSignal)SigUsr1, SigUsr1, fromTerminal: false);
        Register((PosixSignal)SigUsr2, SigUsr2, fromTerminal: false);
    }

    /// <summary>Names the command; signals that came before are sent on now.</summary>
    public void ForwardTo(int processId)
    {
        lock (_gate)
        {
            _processId = processId;
            while (_early.TryDequeue(out int signal))
            {
                LinuxProcess.Signal(processId, signal);
            }
        }
    }

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void Register(PosixSignal signal, int number, bool fromTerminal) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (!fromTerminal || !InForeground())
            {
                Forward(number);
            }
        }));

    private void Forward(int signal)
    {
        lock (_gate)
        {
            if (_processId == 0)
            {
                _early.Enqueue(signal);
            }
            else
            {
                LinuxProcess.Signal(_processId, signal);
            }
        }
    }

    // proc(5): behind the name come state, ppid, pgrp, session, tty_nr, tpgid.
    private static bool InForeground()
    {
        string stat = File.ReadAllText("/proc/self/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        int group = int.Parse(fields[2], CultureInfo.InvariantCulture);
        int foreground = int.Parse(fields[5], CultureInfo.InvariantCulture);
        return group == foreground;
    }
}
