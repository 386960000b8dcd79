using System.Buffers.Binary;

namespace EbpfFirewall.Native;

/// <summary>A system call that a filter stopped, and whose caller waits for the answer; struct seccomp_notif of seccomp_unotify(2).</summary>
/// <remarks>Immutable; safe for concurrent use.</remarks>
public sealed class SystemCallNotice
{
    private const int DataOffset = 16;
    private const int ArgumentsOffset = DataOffset + 16;
    private readonly Func<ulong, bool> _isWaiting;

    internal SystemCallNotice(ReadOnlySpan<byte> notice, Func<ulong, bool> isWaiting)
    {
        _isWaiting = isWaiting;
        Id = BinaryPrimitives.ReadUInt64LittleEndian(notice);
        ThreadId = BinaryPrimitives.ReadInt32LittleEndian(notice[8..]);
        Number = BinaryPrimitives.ReadInt32LittleEndian(notice[DataOffset..]);
        ulong[] arguments = new ulong[6];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = BinaryPrimitives.ReadUInt64LittleEndian(notice[(ArgumentsOffset + (i * 8))..]);
        }

        Arguments = arguments;
    }

    /// <summary>The calling thread's id, in this process's pid namespace; 0 when it has none there.</summary>
    public int ThreadId { get; }

    /// <summary>The call's number, of this machine's architecture.</summary>
    public int Number { get; }

    /// <summary>Its six arguments, as registers have them: pointers are the caller's.</summary>
    public IReadOnlyList<ulong> Arguments { get; }

    /// <summary>
    /// Whether the caller still waits. True after something was read of <see cref="ThreadId"/> proves that it was the caller's: until then the
    /// id cannot have become another thread's.
    /// </summary>
    public bool IsWaiting => _isWaiting(Id);

    internal ulong Id { get; }
}
