namespace EbpfFirewall.Native.Interop;

/// <summary>
/// RLIMIT_MEMLOCK. Kernels before 5.11 charge maps and programs to it and answer EPERM when it is used up; later ones charge the memory
/// cgroup. Which kind this is shows by trying, since distributions move such things between versions.
/// </summary>
internal static class MemoryLockLimit
{
    private const int Resource = 8;
    private const ulong Infinity = ulong.MaxValue;

    private static readonly Lock Changing = new();

    // What the kernel does never changes; the limit may, at any time and by anyone. Null until it was tried.
    private static bool? _isCharged;

    /// <summary>
    /// Raises the limit where the kernel charges it: to infinity with CAP_SYS_RESOURCE, else to the hard limit.
    /// </summary>
    /// <returns>Whether trying again makes sense.</returns>
    internal static bool TryRaise()
    {
        lock (Changing)
        {
            ResourceLimit before = LibC.GetLimit(Resource);
            if (_isCharged is null)
            {
                if (before.Soft == Infinity)
                {
                    return false;
                }

                _isCharged = FindOut(before);
            }

            if (_isCharged is not true)
            {
                return false;
            }

            // Another thread may have raised it since this one was refused: even then trying again is right.
            if (before.Soft != Infinity)
            {
                _ = Raise(before);
            }

            return true;
        }
    }

    /// <summary>Null unless the kernel charges the limit and it is still finite: then EPERM may mean that it is used up.</summary>
    internal static string? Describe()
    {
        lock (Changing)
        {
            if (_isCharged is not true || LibC.GetLimit(Resource) is not { Soft: < Infinity } limit)
            {
                return null;
            }

            return $"This kernel charges BPF memory to RLIMIT_MEMLOCK, which is {limit.Soft} bytes and cannot be raised further by this process:"
                + " grant CAP_SYS_RESOURCE, or raise the hard limit (LimitMEMLOCK=infinity in a systemd unit, 'ulimit -l unlimited' in a shell).";
        }
    }

    /// <summary>
    /// Charged is a map that can be made, but not while the limit is zero. Other threads may meet EPERM in between; they come here, too,
    /// wait, and try again.
    /// </summary>
    private static bool FindOut(ResourceLimit before)
    {
        ResourceLimit raised = Raise(before);
        bool canCreate = CanCreateMap();
        _ = LibC.SetLimit(Resource, raised with { Soft = 0 });
        bool isCharged = canCreate && !CanCreateMap();
        _ = LibC.SetLimit(Resource, isCharged ? raised : before);
        return isCharged;
    }

    private static ResourceLimit Raise(ResourceLimit before)
    {
        ResourceLimit raised = new(Infinity, Infinity);
        if (LibC.SetLimit(Resource, raised) < 0)
        {
            raised = before with { Soft = before.Hard };
            _ = LibC.SetLimit(Resource, raised);
        }

        return raised;
    }

    private static bool CanCreateMap()
    {
        MapCreateAttributes attributes = new() { MapType = (uint)BpfMapType.Array, KeySize = 4, ValueSize = 4, MaxEntries = 1 };
        int fd = LibC.BpfOnce(BpfCommand.MapCreate, ref attributes);
        if (fd < 0)
        {
            return false;
        }

        LibC.Close(fd);
        return true;
    }
}
