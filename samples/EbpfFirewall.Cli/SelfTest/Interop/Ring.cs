using System.Buffers.Binary;

namespace EbpfFirewall.Cli.SelfTest.Interop;

/// <summary>An io_uring of one entry at a time, io_uring_setup(2).</summary>
internal sealed unsafe class Ring : IDisposable
{
    public const byte Connect = 16;
    public const byte Send = 26;
    public const byte SendMessage = 9;
    public const byte Socket = 45;
    private const byte SocketCommand = 46;

    /// <summary>The operation is done by a worker thread of the kernel.</summary>
    public const byte Async = 16;

    /// <summary>A thread of the kernel takes the operations.</summary>
    public const uint PollingThread = 2;

    private const int Entries = 8;
    private const int EntryBytes = 64;
    private const int RingBytes = 4096;
    private readonly int _fd;
    private readonly byte* _submissions;
    private readonly byte* _completions;
    private readonly byte* _entries;
    private readonly uint[] _submissionOffsets = new uint[10];
    private readonly uint[] _completionOffsets = new uint[10];
    private readonly uint _flags;

    private Ring(int fd, byte[] parameters)
    {
        _fd = fd;
        _flags = BinaryPrimitives.ReadUInt32LittleEndian(parameters.AsSpan(8));
        for (int i = 0; i < 10; i++)
        {
            _submissionOffsets[i] = BinaryPrimitives.ReadUInt32LittleEndian(parameters.AsSpan(40 + (i * 4)));
            _completionOffsets[i] = BinaryPrimitives.ReadUInt32LittleEndian(parameters.AsSpan(80 + (i * 4)));
        }

        _submissions = Map(0);
        _completions = Map(0x8000000);
        _entries = Map(0x10000000);
    }

    /// <summary>Makes one; a negated error number where the kernel refuses.</summary>
    public static long TryCreate(uint flags, out Ring? ring)
    {
        byte[] parameters = new byte[120];
        BinaryPrimitives.WriteUInt32LittleEndian(parameters.AsSpan(8), flags);
        BinaryPrimitives.WriteUInt32LittleEndian(parameters.AsSpan(16), 1000); // the polling thread's idle time, ms
        long fd;
        fixed (byte* bytes = parameters)
        {
            fd = Linux.Do(Call.RingSetup, Entries, (nint)bytes);
        }

        ring = fd < 0 ? null : new Ring((int)fd, parameters);
        return fd;
    }

    /// <summary>Does one operation and waits for its result.</summary>
    public long Do(byte operation, byte flags, int fd, ulong offset, nint address, uint length, uint operationFlags = 0)
    {
        var entry = new Span<byte>(_entries, EntryBytes);
        entry.Clear();
        entry[0] = operation;
        entry[1] = flags;
        BinaryPrimitives.WriteInt32LittleEndian(entry[4..], fd);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], offset);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[16..], (ulong)address);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[24..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[28..], operationFlags);
        return Submit();
    }

    /// <summary>setsockopt(2) as a command to a socket.</summary>
    public long Command(int fd, uint command, int level, int option, nint value, int valueLength)
    {
        var entry = new Span<byte>(_entries, EntryBytes);
        entry.Clear();
        entry[0] = SocketCommand;
        BinaryPrimitives.WriteInt32LittleEndian(entry[4..], fd);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], command);
        BinaryPrimitives.WriteInt32LittleEndian(entry[16..], level);
        BinaryPrimitives.WriteInt32LittleEndian(entry[20..], option);
        BinaryPrimitives.WriteInt32LittleEndian(entry[44..], valueLength);
        BinaryPrimitives.WriteInt64LittleEndian(entry[48..], value);
        return Submit();
    }

    public void Dispose() => Linux.Close(_fd);

    private long Submit()
    {
        const int GetEvents = 1;
        const int WakeUp = 2;
        uint* tail = (uint*)(_submissions + _submissionOffsets[1]);
        uint mask = *(uint*)(_submissions + _submissionOffsets[2]);
        ((uint*)(_submissions + _submissionOffsets[6]))[*tail & mask] = 0;
        Volatile.Write(ref *tail, *tail + 1);
        long entered = Linux.Do(Call.RingEnter, _fd, 1, 1, GetEvents | ((_flags & PollingThread) != 0 ? WakeUp : 0));
        if (entered < 0)
        {
            return entered;
        }

        uint* head = (uint*)(_completions + _completionOffsets[0]);
        uint* end = (uint*)(_completions + _completionOffsets[1]);
        if (!SpinWait.SpinUntil(() => Volatile.Read(ref *end) != *head, TimeSpan.FromSeconds(1)))
        {
            return -Errno.EAGAIN;
        }

        uint completionMask = *(uint*)(_completions + _completionOffsets[2]);
        int result = *(int*)(_completions + _completionOffsets[5] + ((*head & completionMask) * 16) + 8);
        Volatile.Write(ref *head, *head + 1);
        return result;
    }

    private byte* Map(long offset) =>
        (byte*)Linux.Do(Call.MemoryMap, 0, RingBytes, 3, 0x8001, _fd, (nint)offset); // PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE
}
