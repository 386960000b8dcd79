using System.Collections.Concurrent;
using EbpfFirewall.Native.Interop;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native;

/// <summary>
/// Answers the system calls that filters of other processes hand to this one (seccomp_unotify(2), Linux 5.0; taken by pidfd_getfd(2),
/// Linux 5.6), on one thread for all of them. A listener goes by itself when the last process under its filter has ended.
/// </summary>
/// <remarks>Safe for concurrent use. Disposing lets the kernel answer what is waiting, and all that comes, with ENOSYS.</remarks>
public sealed class SystemCallListeners : IDisposable
{
    private const ulong WakeTag = 0;
    private readonly ConcurrentDictionary<ulong, Listener> _listeners = [];
    private readonly SafeFileHandle _epoll = LibC.CreateEpoll();
    private readonly SafeFileHandle _wake = LibC.CreateEventFd();
    private readonly Lock _starting = new();
    private Thread? _thread;
    private ulong _lastTag = WakeTag;
    private volatile bool _disposed;
    private int _disposals;

    /// <summary>Makes an empty set; its thread starts with the first listener.</summary>
    public SystemCallListeners() => LibC.AddToEpoll(_epoll, _wake, WakeTag);

    /// <summary>How many filters are listened to.</summary>
    public int Count => _listeners.Count;

    /// <summary>Takes the listener of a filter from the process that installed it, and answers its calls from now on.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="descriptor">The listener's number there.</param>
    /// <param name="answer">
    /// Says which error the caller gets. Called on the set's thread, one call at a time: callers wait for it. If it throws, the caller gets EPERM.
    /// </param>
    /// <returns>Ends the listening when it is disposed: the kernel then answers with ENOSYS.</returns>
    /// <exception cref="BpfException">The process is gone, or its descriptors may not be taken (CAP_SYS_PTRACE).</exception>
    public IDisposable Add(int processId, int descriptor, Func<SystemCallNotice, SystemCallAnswer> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ObjectDisposedException.ThrowIf(_disposed, this);
        using SafeFileHandle process = PidFd.Open(processId);
        int taken = BpfException.Check(LibC.TakeDescriptor(process, descriptor), $"take the filter's listener from process {processId}");
        ulong tag = Interlocked.Increment(ref _lastTag);
        var listener = new Listener(this, tag, taken, answer);
        try
        {
            _listeners[tag] = listener;
            LibC.AddToEpoll(_epoll, listener.Handle, tag);
            EnsureStarted();
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Increment(ref _disposals) != 1)
        {
            return;
        }

        _disposed = true;
        foreach (Listener listener in _listeners.Values)
        {
            listener.Dispose();
        }

        Thread? thread;
        lock (_starting)
        {
            thread = _thread;
        }

        if (thread is not null && thread != Thread.CurrentThread)
        {
            ReadOnlySpan<byte> one = [1, 0, 0, 0, 0, 0, 0, 0];
            _ = LibC.Write(_wake, one);
            thread.Join();
        }

        _epoll.Dispose();
        _wake.Dispose();
    }

    private void EnsureStarted()
    {
        lock (_starting)
        {
            if (_thread is null)
            {
                _thread = new Thread(Serve) { IsBackground = true, Name = "efw system calls" };
                _thread.Start();
            }
        }
    }

    private void Serve()
    {
        while (!_disposed)
        {
            (ulong tag, bool hasInput) = LibC.WaitForOne(_epoll);
            if (!_listeners.TryGetValue(tag, out Listener? listener))
            {
                continue;
            }

            if (hasInput)
            {
                listener.AnswerOne();
            }
            else
            {
                listener.Dispose(); // nobody is left under this filter
            }
        }
    }

    private sealed class Listener(SystemCallListeners owner, ulong tag, int descriptor, Func<SystemCallNotice, SystemCallAnswer> answer) : IDisposable
    {
        public SafeFileHandle Handle { get; } = new(descriptor, ownsHandle: true);

        public void AnswerOne()
        {
            try
            {
                Span<byte> buffer = stackalloc byte[LibC.NoticeBytes];
                buffer.Clear();
                if (LibC.ReceiveSystemCall(Handle, buffer) < 0)
                {
                    return; // the caller was interrupted meanwhile; it asks again, or is dead
                }

                var notice = new SystemCallNotice(buffer, id => LibC.IsSystemCallWaiting(Handle, id));
                SystemCallAnswer given;
                try
                {
                    given = answer(notice);
                }
                catch (Exception)
                {
                    given = new SystemCallAnswer(Errno.EPERM); // whatever went wrong here, the call stays denied
                }

                LibC.AnswerSystemCall(Handle, notice.Id, (int)given.Error);
                Do(given.Afterwards);
            }
            catch (ObjectDisposedException)
            {
            }
        }

        private static void Do(Action? afterwards)
        {
            try
            {
                afterwards?.Invoke();
            }
            catch (Exception)
            {
                // The caller has its answer, and the next one waits.
            }
        }

        public void Dispose()
        {
            owner._listeners.TryRemove(tag, out _);
            Handle.Dispose(); // and with it epoll's interest in it
        }
    }
}
