using EbpfFirewall.Decisions;
using EbpfFirewall.Native;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Sandboxes;

/// <summary>
/// Answers the system calls that the launcher's filter hands over, with the filter's own errors, and tells of them: once for equal ones (process,
/// call), repeats gathered and told again after a while, the rest at the end. Calls that harmless programs try are told once for
/// a program, not for each of its processes. Each sandbox has a thread of its own for it: a flood in one keeps nobody else waiting.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class SystemCallReporter(string sandbox, DecisionHub hub, Func<FirewallPolicy> current, TimeProvider time) : IDisposable
{
    private const int Entries = 4096;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Told> _told = [];
    private readonly Lazy<SystemCallListeners> _listeners = new();

    /// <summary>Takes a launcher's listener, and answers its filter from now on.</summary>
    /// <exception cref="BpfException">It cannot be taken.</exception>
    public void Listen(int launcher, int descriptor) => _listeners.Value.Add(launcher, descriptor, Answer);

    /// <summary>Leaves the answers to the kernel (ENOSYS), and tells the repeats that no event has told.</summary>
    public void Dispose()
    {
        if (_listeners.IsValueCreated)
        {
            _listeners.Value.Dispose();
        }

        lock (_gate)
        {
            FlushLocked();
        }
    }

    private Errno Answer(SystemCallNotice notice)
    {
        DeniedCall call = DeniedCalls.Find(notice);
        if (!DeniedCalls.IsTrial(notice))
        {
            Tell(notice, call);
        }

        return call.Error;
    }

    private void Tell(SystemCallNotice notice, DeniedCall call)
    {
        int processId = RunningProcess.GroupOf(notice.ThreadId) ?? -1;
        string text = call.Describe(notice.Arguments);
        Key key = call.IsProbe
            ? new Key(0, 0, new FileInfo($"/proc/{processId}/exe").LinkTarget ?? "", text)
            : new Key(processId, RunningProcess.StartOf(processId), "", text);
        DecisionEvent? decision = null;
        lock (_gate)
        {
            if (_told.TryGetValue(key, out Told? told))
            {
                told.Pending++;
                if (time.GetElapsedTime(told.At) < Again)
                {
                    return;
                }

                decision = told.Decision with { Time = time.GetUtcNow(), RepeatCount = told.Pending, IsRepeat = true };
                told.At = time.GetTimestamp();
                told.Pending = 0;
            }
        }

        if (decision is null)
        {
            ProcessIdentity process = processId < 0 ? ProcessIdentity.Unknown : RunningProcess.Read(processId);

            // Until it has its answer the caller cannot end, nor its id become another's: what was read is its own if it still waits.
            if (!notice.IsWaiting)
            {
                process = ProcessIdentity.Unknown;
            }

            decision = Event(notice, text, process);
            lock (_gate)
            {
                if (_told.Count >= Entries)
                {
                    FlushLocked();
                }

                _told[key] = new Told(decision) { At = time.GetTimestamp() };
            }
        }

        hub.Publish(decision);
    }

    private DecisionEvent Event(SystemCallNotice notice, string text, ProcessIdentity process)
    {
        FirewallPolicy policy = current();
        bool isSocket = DeniedCalls.IsSocket(notice);
        return new DecisionEvent
        {
            Time = time.GetUtcNow(),
            Sandbox = sandbox,
            Mode = policy.Mode,
            Verdict = Verdict.Deny,
            Reason = DecisionReason.SystemCall,
            Stage = DecisionStage.SystemCall,
            Process = process,
            Attribution = process.ProcessId < 0 ? Attribution.Unknown : Attribution.Caller,
            SystemCall = text,
            SocketFamily = isSocket ? (ushort)notice.Arguments[0] : (ushort)0,
            SocketType = isSocket ? (ushort)(notice.Arguments[1] & 0xf) : (ushort)0,
            Revision = policy.Revision,
        };
    }

    private void FlushLocked()
    {
        foreach (Told told in _told.Values.Where(told => told.Pending > 0))
        {
            hub.Publish(told.Decision with { Time = time.GetUtcNow(), RepeatCount = told.Pending, IsRepeat = true });
        }

        _told.Clear();
    }

    private readonly record struct Key(int ProcessId, ulong StartTicks, string Program, string Call);

    private sealed class Told(DecisionEvent decision)
    {
        public DecisionEvent Decision { get; } = decision;

        public long At { get; set; }

        public long Pending { get; set; }
    }
}
