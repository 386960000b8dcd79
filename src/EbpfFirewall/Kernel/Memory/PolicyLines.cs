using System.Runtime.InteropServices;
using EbpfFirewall.Kernel.Records;
using EbpfFirewall.Native;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>
/// An array of lines (<c>efw_policy</c>), mapped here: headers first, then whatever is taken. Lines that are given back are used again
/// only when no program can still be reading them.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class PolicyLines : IDisposable
{
    /// <summary>Lines that headers take.</summary>
    public const uint HeaderLines = HeaderRecord.AttachmentsMax + 1;

    private readonly Lock _gate = new();
    private readonly RangeAllocator _free;
    private uint _used = HeaderLines;
    private readonly List<(uint First, uint Count, long Time)> _retired = [];
    private readonly Dictionary<PolicyImage, PlacedImage> _images = new(ReferenceEqualityComparer.Instance);

    public PolicyLines(BpfMap map)
    {
        Memory = map.MapMemory();
        _free = new RangeAllocator(HeaderLines, map.MaxEntries - HeaderLines);
    }

    public BpfMapMemory Memory { get; }

    /// <summary>Lines that nobody has, those included that programs may still be reading.</summary>
    public uint FreeCount
    {
        get
        {
            lock (_gate)
            {
                return _free.FreeCount + (uint)_retired.Sum(range => range.Count);
            }
        }
    }

    private Span<LineRecord> All => MemoryMarshal.Cast<byte, LineRecord>(Memory.Bytes);

    /// <summary>The header of an attachment.</summary>
    public ref HeaderRecord HeaderOf(uint number) => ref Memory.At<HeaderRecord>(number * (long)LineRecord.SizeBytes);

    /// <summary>Takes lines, all zero.</summary>
    /// <returns>False when there is no room.</returns>
    public bool TryTake(uint count, out uint first)
    {
        lock (_gate)
        {
            return TryTakeZeroed(count, out first);
        }
    }

    /// <summary>Gives lines back that programs may still be reading.</summary>
    public void Retire(uint first, uint count)
    {
        lock (_gate)
        {
            _retired.Add((first, count, GracePeriod.Now));
        }
    }

    /// <summary>Writes a policy, or finds it where it stands already; one more attachment has it then.</summary>
    /// <returns>Null when there is no room.</returns>
    public PlacedImage? TryPlace(PolicyImage image)
    {
        lock (_gate)
        {
            if (!_images.TryGetValue(image, out PlacedImage? placed))
            {
                uint count = image.CountLines();
                if (!TryTakeZeroed(count, out uint first))
                {
                    return null;
                }

                LineWriter writer = LineWriter.Into(All, first);
                placed = new PlacedImage(image, first, count, image.Write(ref writer));
                _images.Add(image, placed);
            }

            placed.Users++;
            return placed;
        }
    }

    /// <summary>One attachment less has a policy.</summary>
    public void Release(PlacedImage placed)
    {
        lock (_gate)
        {
            if (--placed.Users == 0)
            {
                _images.Remove(placed.Image);
                _retired.Add((placed.First, placed.Count, GracePeriod.Now));
            }
        }
    }

    /// <summary>Copies lines; those copied to are taken and not in use yet.</summary>
    public void Copy(PolicyLines from, uint fromFirst, uint first, uint count) =>
        from.All.Slice((int)fromFirst, (int)count).CopyTo(All[(int)first..]);

    /// <inheritdoc/>
    public void Dispose() => Memory.Dispose();

    private bool TryTakeZeroed(uint count, out uint first)
    {
        if (!_free.TryTake(count, out first))
        {
            if (_retired.Count == 0)
            {
                return false;
            }

            GracePeriod.WaitSince(_retired[^1].Time);
            _retired.ForEach(range => _free.Give(range.First, range.Count));
            _retired.Clear();
            if (!_free.TryTake(count, out first))
            {
                return false;
            }
        }

        // Lines that nobody has had are zero.
        if (first < _used)
        {
            All[(int)first..(int)Math.Min(first + count, _used)].Clear();
        }

        _used = Math.Max(_used, first + count);
        return true;
    }
}
