namespace EbpfFirewall.DatapathBench;

/// <summary>Lets what is disposed at once stand among what takes its time.</summary>
internal sealed class Owned(IDisposable inner) : IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
        inner.Dispose();
        return ValueTask.CompletedTask;
    }
}
