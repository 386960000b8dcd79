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
    private const int CallsPerSecond = 2000;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Told> _told = [];
    private readonly Lazy<SystemCallListeners> _listeners = new();
    private long _since;
    private int _calls;

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

    private SystemCallAnswer Answer(SystemCallNotice notice)
    {
        Throttle();
        DeniedCall call = DeniedCalls.Find(notice);
        DecisionEvent? decision = DeniedCalls.IsTrial(notice) ? null : ToTell(notice, call);

        // Who listens to decisions is told when the caller goes on: it waits for nobody's code but ours.
        return new SystemCallAnswer(call.Error, decision is null ? null : () => hub.Publish(decision));
    }

    // Denied calls are paid for here, not by the sandbox: who makes very many waits a little for each.
    private void Throttle()
    {
        if (time.GetElapsedTime(_since) > Second)
        {
            (_since, _calls) = (time.GetTimestamp(), 0);
        }

        if (++_calls > CallsPerSecond)
        {
            Thread.Sleep(1);
        }
    }

    /// <summary>The event to make of it, if any.</summary>
    private DecisionEvent? ToTell(SystemCallNotice notice, DeniedCall call)
    {
        int processId = RunningProcess.GroupOf(notice.ThreadId) ?? -1;
        string text = call.Describe(notice.Arguments);
        Key key = call.IsProbe
            ? new Key(0, 0, RunningProcess.ExecutableOf(processId), text)
            : new Key(processId, RunningProcess.StartOf(processId), "", text);
        lock (_gate)
        {
            if (_told.TryGetValue(key, out Told? told))
            {
                told.Pending++;
                return time.GetElapsedTime(told.At) < Again ? null : told.Repeat(time);
            }
        }

        ProcessIdentity process = processId < 0 ? ProcessIdentity.Unknown : RunningProcess.Read(processId);

        // Until it has its answer the caller cannot end, nor its id become another's: what was read is its own if it still waits.
        if (!notice.IsWaiting)
        {
            process = ProcessIdentity.Unknown;
        }

        DecisionEvent decision = Event(notice, text, process);
        lock (_gate)
        {
            if (_told.Count >= Entries)
            {
                FlushLocked();
            }

            _told[key] = new Told(decision) { At = time.GetTimestamp() };
        }

        return decision;
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
            hub.Publish(told.Repeat(time));
        }

        _told.Clear();
    }

    private readonly record struct Key(int ProcessId, ulong StartTicks, string Program, string Call);

    private sealed class Told(DecisionEvent decision)
    {
        public DecisionEvent Decision { get; } = decision;

        public long At { get; set; }

        public long Pending { get; set; }

        /// <summary>The event of what has happened since it was told.</summary>
        public DecisionEvent Repeat(TimeProvider time)
        {
            DecisionEvent repeat = Decision with { Time = time.GetUtcNow(), RepeatCount = Pending, IsRepeat = true };
            (At, Pending) = (time.GetTimestamp(), 0);
            return repeat;
        }
    }
}
