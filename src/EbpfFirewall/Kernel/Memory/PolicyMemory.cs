using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>
/// The array that holds an attachment's policy (<c>efw_policy</c>), mapped here. A revision is written beside the one in force, then
/// named by one store. The lines of the one before are used again after a grace period.
/// </summary>
/// <remarks>One writer.</remarks>
internal sealed class PolicyMemory : IDisposable
{
    private readonly BpfMapMemory _memory;
    private (uint First, uint Count) _active;
    private bool _mayBeRead;

    public PolicyMemory(BpfMap map)
    {
        _memory = map.MapMemory();
        LineCount = map.MaxEntries;
        ref HeaderRecord header = ref Header;
        header.Abi = ConfigRecord.AbiVersion;
        header.Lines = LineCount;
    }

    /// <summary>Lines of the array.</summary>
    public uint LineCount { get; }

    /// <summary>Counts publications; 0: nothing is in force.</summary>
    public uint Generation { get; private set; }

    private ref HeaderRecord Header => ref _memory.At<HeaderRecord>(0);

    private Span<LineRecord> Lines => MemoryMarshal.Cast<byte, LineRecord>(_memory.Bytes);

    /// <summary>Lines that an array needs for a policy, with room to replace it where that is cheap.</summary>
    public static uint LinesFor(uint imageLines)
    {
        const uint CheapLines = 64 * 1024;
        return 1 + (imageLines <= CheapLines ? 2 * imageLines : imageLines);
    }

    /// <summary>Writes a revision beside the one in force.</summary>
    /// <param name="image">The policy.</param>
    /// <param name="learnedLines">Room for learned addresses, a power of two.</param>
    /// <returns>Null when there is no room.</returns>
    public PreparedRevision? TryPrepare(PolicyImage image, uint learnedLines)
    {
        uint count = image.CountLines(learnedLines);
        uint behind = Math.Max(1, _active.First + _active.Count);
        bool fitsBehind = count <= LineCount - behind;
        if (!fitsBehind && (_active.Count == 0 || count > _active.First - 1))
        {
            return null;
        }

        uint first = fitsBehind ? behind : 1;

        if (_mayBeRead)
        {
            GracePeriod.Wait();
            _mayBeRead = false;
        }

        Lines.Slice((int)first, (int)count).Clear();
        ulong seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        LineWriter writer = LineWriter.Into(Lines, first);
        (uint revision, uint learned) = image.Write(ref writer, learnedLines, seed);
        return new PreparedRevision(first, count, revision, new LearnedLines(_memory, learned, learnedLines, seed));
    }

    /// <summary>Puts a revision in force: one store.</summary>
    public void Publish(PreparedRevision revision)
    {
        Generation = Generation == uint.MaxValue ? 1 : Generation + 1;
        Volatile.Write(ref Header.Active, ((ulong)Generation << 32) | revision.Line);
        _active = (revision.First, revision.Count);
        _mayBeRead = true;
    }

    /// <summary>Makes this array, which nothing uses yet, say the same as a smaller one. Lines keep their numbers.</summary>
    /// <returns>The learned addresses of the revision in force, here.</returns>
    public LearnedLines CopyFrom(PolicyMemory smaller, LearnedLines learned)
    {
        uint end = smaller._active.First + smaller._active.Count;
        smaller.Lines[1..(int)end].CopyTo(Lines[1..]);
        Generation = smaller.Generation;
        _active = smaller._active;
        Volatile.Write(ref Header.Active, smaller.Header.Active);
        return learned.In(_memory);
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
