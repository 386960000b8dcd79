using EbpfFirewall.Kernel;
using EbpfFirewall.Native;
using EbpfFirewall.Sandboxes;

namespace EbpfFirewall;

/// <summary>
/// Removes what processes that died have left: their sandboxes keep the last policy in force until somebody does. Sandboxes of living
/// processes are never touched.
/// </summary>
/// <remarks>Safe for concurrent use, by several processes at once, too.</remarks>
public static class SandboxCleanup
{
    /// <summary>Finds and removes leftovers.</summary>
    /// <param name="endProcesses">
    /// True to end processes that still run in such a sandbox. False leaves those sandboxes as they are, policy and all.
    /// </param>
    /// <exception cref="EgressFirewallException">There is no cgroup2 hierarchy.</exception>
    public static CleanupResult RemoveLeftovers(bool endProcesses)
    {
        var removed = new List<string>();
        var failed = new List<(string, string)>();

        foreach ((SandboxId id, Leftover leftover) in Find())
        {
            try
            {
                if (leftover.TryRemove(endProcesses))
                {
                    removed.Add(id.ToString());
                }
                else if (endProcesses)
                {
                    failed.Add((id.ToString(), "its processes do not end; its policy stays in force"));
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or BpfException)
            {
                failed.Add((id.ToString(), error.Message));
            }
        }

        return new CleanupResult(removed, failed);
    }

    // A death can leave the cgroup, the pins, or both.
    private static Dictionary<SandboxId, Leftover> Find()
    {
        var found = new Dictionary<SandboxId, Leftover>();
        foreach (string path in SandboxCgroup.FindAll())
        {
            if (SandboxId.TryParse(Path.GetFileName(path), out SandboxId id) && !id.OwnerLives)
            {
                found[id] = new Leftover(path, null);
            }
        }

        foreach ((SandboxId id, PinFolder pins) in PinFolder.FindAll())
        {
            if (!id.OwnerLives)
            {
                found[id] = found.TryGetValue(id, out Leftover? cgroup) ? cgroup with { Pins = pins } : new Leftover(null, pins);
            }
        }

        return found;
    }

    private sealed record Leftover(string? CgroupPath, PinFolder? Pins)
    {
        // Processes first, then the cgroup, then the policy: never a process without its policy.
        public bool TryRemove(bool endProcesses)
        {
            if (CgroupPath is not null)
            {
                var cgroup = new SandboxCgroup(CgroupPath);
                if (endProcesses ? !cgroup.TryEnd() : cgroup.HasProcesses || !cgroup.TryRemove())
                {
                    return false;
                }
            }

            if (Pins is not null)
            {
                InterfacePoint.RemoveLeftovers(Pins);
                Pins.Remove();
            }

            return true;
        }
    }
}
