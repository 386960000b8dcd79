using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Kernel;

/// <summary>
/// Destinations to which a limit lets nothing more go, for good: connections there would wait until TCP gives up, so they are ended.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class ExhaustedFlows
{
    private const int Most = 1024;
    private readonly Lock _gate = new();
    private HashSet<EndpointRecord> _noted = [];
    private HashSet<EndpointRecord> _taken = [];

    /// <summary>Notes one; beyond a number, others wait.</summary>
    public void Add(EndpointRecord remote)
    {
        lock (_gate)
        {
            if (_noted.Count < Most)
            {
                _noted.Add(remote);
            }
        }
    }

    /// <summary>Whether any have been noted since this was last asked; they are those that <see cref="Contains"/> knows now.</summary>
    public bool Take()
    {
        lock (_gate)
        {
            (_taken, _noted) = (_noted, []);
            return _taken.Count > 0;
        }
    }

    /// <summary>Whether one was among the last that were taken.</summary>
    public bool Contains(EndpointRecord remote)
    {
        lock (_gate)
        {
            return _taken.Contains(remote);
        }
    }
}
