using System.Net;
using System.Net.Sockets;
using EbpfFirewall.Cli.SelfTest.Lab;
using EbpfFirewall.Native;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>What somebody outside does while an attempt is made.</summary>
/// <param name="network">The outside.</param>
/// <param name="number">The attempt's number.</param>
/// <param name="over">Signalled when the attempt has ended.</param>
internal sealed class Companion(NetworkNamespace network, int number, CancellationToken over)
{
    public IPAddress Forbidden4 => Places.Forbidden4(number);

    public IPAddress Forbidden6 => Places.Forbidden6(number);

    /// <summary>Does it again until it works, the time is over, or the attempt.</summary>
    public void Repeat(TimeSpan patience, Func<bool> action) => network.Run(() =>
    {
        long end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (Environment.TickCount64 < end && !over.IsCancellationRequested)
        {
            try
            {
                if (action())
                {
                    return true;
                }
            }
            catch (Exception error) when (error is SocketException or AggregateException)
            {
            }

            over.WaitHandle.WaitOne(5);
        }

        return false;
    });
}
