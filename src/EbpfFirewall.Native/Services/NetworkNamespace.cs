using System.Globalization;
using System.Runtime.ExceptionServices;
using EbpfFirewall.Native.Interop;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native;

/// <summary>A network namespace. Sockets made inside of it stay in it, wherever they are used.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class NetworkNamespace : IDisposable
{
    private const int CloneNewNet = 0x40000000;

    private NetworkNamespace(string path)
    {
        Path = path;
        Handle = LibC.OpenFile(path);
    }

    /// <summary>The descriptor.</summary>
    internal SafeFileHandle Handle { get; }

    /// <summary>The path by which it was opened.</summary>
    public string Path { get; }

    /// <summary>Opens a namespace by path, such as one in /run/netns.</summary>
    /// <exception cref="BpfException">There is none, or it may not be opened.</exception>
    public static NetworkNamespace Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new NetworkNamespace(path);
    }

    /// <summary>Opens the namespace of a process.</summary>
    /// <exception cref="BpfException">The process is gone, or may not be inspected.</exception>
    public static NetworkNamespace OfProcess(int pid) => new(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/net"));

    /// <summary>
    /// Runs a function inside of the namespace, on a thread of its own that ends with it: a namespace belongs to an OS thread, and no
    /// pool thread may be left in the wrong one. The function must be synchronous.
    /// </summary>
    /// <exception cref="BpfException">The namespace cannot be entered: it takes CAP_SYS_ADMIN. Exceptions of the function come through.</exception>
    public T Run<T>(Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                BpfException.Check(LibC.SetNamespace(Handle, CloneNewNet), $"enter the network namespace '{Path}'");
                result = function();
            }
            catch (Exception caught)
            {
                failure = ExceptionDispatchInfo.Capture(caught);
            }
        })
        {
            IsBackground = true,
            Name = "netns",
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
