namespace EbpfFirewall.Cli.SelfTest.Lab;

/// <summary>What arrived at listeners that no wire leads to: those on this host, and programs that could pass it on.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class Deliveries
{
    private readonly Lock _gate = new();
    private readonly List<(string Where, byte[] Data)> _all = [];

    public void Add(string where, ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            _all.Add((where, data.ToArray()));
        }
    }

    /// <summary>Where a token arrived, and how many bytes with it.</summary>
    public (string Where, int Bytes) Find(byte[] token)
    {
        lock (_gate)
        {
            var found = _all.Where(delivery => delivery.Data.AsSpan().IndexOf(token) >= 0).ToArray();
            return (string.Join(", ", found.Select(delivery => delivery.Where).Distinct()), found.Sum(delivery => delivery.Data.Length));
        }
    }
}
