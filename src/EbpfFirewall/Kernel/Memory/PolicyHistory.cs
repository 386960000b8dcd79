using EbpfFirewall.Policies;

namespace EbpfFirewall.Kernel.Memory;

/// <summary>Which policy a generation was, for events that come after it has been replaced.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class PolicyHistory
{
    private const int Kept = 64;
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, CompiledPolicy> _policies = [];
    private uint _latest;

    /// <summary>Notes a policy, before it comes into force.</summary>
    public void Add(uint generation, CompiledPolicy policy)
    {
        lock (_gate)
        {
            _policies[generation] = policy;
            _policies.Remove(generation - Kept);
            _latest = generation;
        }
    }

    /// <summary>The policy of a generation; the newest when that one is no longer known.</summary>
    public CompiledPolicy Find(uint generation)
    {
        lock (_gate)
        {
            return _policies.TryGetValue(generation, out CompiledPolicy? policy) ? policy : _policies[_latest];
        }
    }
}
