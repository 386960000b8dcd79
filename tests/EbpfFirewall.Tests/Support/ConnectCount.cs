using System.Globalization;

namespace EbpfFirewall.Tests.Support;

/// <summary>What came of the tries of one class in one way (Probes/connects.c).</summary>
internal sealed record ConnectCount(string Class, string Way, long Tried, long Passed, long Denied, long Other, string Error)
{
    internal static ConnectCount Parse(string line)
    {
        string[] parts = line.Split(' ');
        return new ConnectCount(parts[0], parts[1], Number(parts[2]), Number(parts[3]), Number(parts[4]), Number(parts[5]), parts[6]);
    }

    /// <summary>Both together; the first's class and way.</summary>
    internal ConnectCount Plus(ConnectCount other) => this with
    {
        Tried = Tried + other.Tried,
        Passed = Passed + other.Passed,
        Denied = Denied + other.Denied,
        Other = Other + other.Other,
        Error = Error == "-" ? other.Error : Error,
    };

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
