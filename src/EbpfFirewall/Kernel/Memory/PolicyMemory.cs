using System.Security.Cryptography;
using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>
/// The policy of one attachment in an array of lines. The next one is written beside the one in force, then named by one store.
/// </summary>
/// <remarks>One writer.</remarks>
internal sealed class PolicyMemory
{
    private readonly PolicyLines _lines;
    private PreparedPolicy? _active;
    private long _publishedAt = long.MinValue;

    /// <param name="lines">The array.</param>
    /// <param name="number">Of the attachment.</param>
    public PolicyMemory(PolicyLines lines, uint number)
    {
        _lines = lines;
        Number = number;
        Header.Abi = HeaderRecord.AbiVersion;
    }

    /// <summary>Of the attachment.</summary>
    public uint Number { get; }

    /// <summary>Counts publications; 0: nothing is in force.</summary>
    public uint Generation { get; private set; }

    /// <summary>Lines that it takes now, but for its header.</summary>
    public uint LineCount => _active is { } active ? active.Image.Count + active.Learned.LineCount : 0;

    /// <summary>The learned addresses of the policy in force.</summary>
    public LearnedLines? Learned => _active?.Learned;

    /// <summary>The attachment's line.</summary>
    public ref HeaderRecord Header => ref _lines.HeaderOf(Number);

    /// <summary>Writes a policy beside the one in force.</summary>
    /// <param name="image">The policy.</param>
    /// <param name="learnedLines">Room for learned addresses, a power of two.</param>
    /// <returns>Null when there is no room.</returns>
    public PreparedPolicy? TryPrepare(PolicyImage image, uint learnedLines)
    {
        if (_lines.TryPlace(image) is not { } placed)
        {
            return null;
        }

        if (!_lines.TryTake(learnedLines, out uint first))
        {
            _lines.Release(placed);
            return null;
        }

        ulong seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        return new PreparedPolicy(placed, new LearnedLines(_lines.Memory, first, learnedLines, seed));
    }

    /// <summary>Gives up what was prepared and not published.</summary>
    public void Discard(PreparedPolicy policy)
    {
        _lines.Release(policy.Image);
        _lines.Retire(policy.Learned.First, policy.Learned.LineCount);
    }

    /// <summary>Puts a policy in force: one store.</summary>
    public void Publish(PreparedPolicy policy) => Publish(policy, Generation == uint.MaxValue ? 1 : Generation + 1);

    /// <summary>
    /// Makes this memory, which nothing uses yet, say the same as another, in another array. What is learned from now on is learned
    /// here.
    /// </summary>
    /// <returns>False when there is no room.</returns>
    public bool TryCopy(PolicyMemory other)
    {
        ref HeaderRecord header = ref Header;
        HeaderRecord from = other.Header;
        (header.Id, header.DnsPort4, header.DnsPort6, header.Flags) = (from.Id, from.DnsPort4, from.DnsPort6, from.Flags);
        if (other._active is not { } active)
        {
            return true;
        }

        if (_lines.TryPlace(active.Image.Image) is not { } placed)
        {
            return false;
        }

        if (!_lines.TryTake(active.Learned.LineCount, out uint first))
        {
            _lines.Release(placed);
            return false;
        }

        _lines.Copy(other._lines, active.Learned.First, first, active.Learned.LineCount);
        Publish(new PreparedPolicy(placed, active.Learned.In(_lines.Memory, first)), other.Generation);
        return true;
    }

    /// <summary>Takes the policy away, everything is denied from here on; the lines are used again once nobody reads them.</summary>
    public void Clear()
    {
        Volatile.Write(ref Header.Active, 0);
        if (_active is { } active)
        {
            _active = null;
            Discard(active);
        }
    }

    private void Publish(PreparedPolicy policy, uint generation)
    {
        // The set that this one's place belonged to is two generations old: a program that still reads it must have ended.
        GracePeriod.WaitSince(_publishedAt);
        ref HeaderRecord header = ref Header;
        header.Learned[(int)(generation & 1)] = new LearnedSetRecord(policy.Learned.First, policy.Learned.LineCount - 1, policy.Learned.Seed);
        Volatile.Write(ref header.Active, HeaderRecord.ToActive(generation, policy.Image.First, policy.Image.Shift4));
        _publishedAt = GracePeriod.Now;
        Generation = generation;
        PreparedPolicy? before = _active;
        _active = policy;
        if (before is not null)
        {
            Discard(before);
        }
    }
}
