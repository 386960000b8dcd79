using System.Globalization;
using System.Net;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Core.Tests.Support;

/// <summary>Policies and questions from a small world, so that rules overlap in every way. The seed says everything.</summary>
internal sealed class RandomPolicy(int seed)
{
    private static readonly PolicyMode?[] Modes =
        [null, null, PolicyMode.AllowList, PolicyMode.DenyList, PolicyMode.Observe, PolicyMode.BlockAll, PolicyMode.Disabled];

    private readonly Random _random = new(seed);
    private readonly List<string> _rules = [];

    /// <summary>The rules, for the message of a failed test.</summary>
    internal string Description => string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {string.Join(" | ", _rules)}");

    internal FirewallPolicy Next()
    {
        FirewallPolicyBuilder builder = new();
        int count = _random.Next(1, 14);
        for (int i = 0; i < count; i++)
        {
            // A source of its own for each rule turns duplicates and dead rules into warnings.
            string source = string.Create(CultureInfo.InvariantCulture, $"source {i}");
            string rule = NextRule();
            bool allow = _random.Next(2) == 0;
            _rules.Add((allow ? "+" : "-") + rule);
            _ = allow ? builder.Allow(rule, source) : builder.Deny(rule, source);
        }

        if (Modes[_random.Next(Modes.Length)] is { } mode)
        {
            _rules.Add(mode.ToString());
            builder.UseMode(mode);
        }

        return builder.Build();
    }

    internal IPAddress NextAddress() => IPAddress.Parse(_random.Next(8) switch
    {
        0 => Pick("127.0.0.1", "127.0.0.53", "0.0.0.0", "0.1.2.3", "::1", "::", "::2"),
        1 => Pick("169.254.169.254", "169.254.1.1", "255.255.255.255", "224.0.0.1", "100.100.100.200"),
        2 or 3 => $"2001:db8::{_random.Next(16):x}",
        4 => $"::ffff:10.0.0.{_random.Next(16)}",
        5 => Pick("fe80::1", "ff02::1", "64:ff9b::a00:1", "2002:a00:1::", "2001:0:1::", "fd00:ec2::254", "11.0.0.1", "2001:db9::1"),
        _ => $"10.0.0.{_random.Next(16)}",
    });

    internal int NextPort() => _random.Next(4) == 0 ? _random.Next(65536) : int.Parse(Pick("0", "1", "79", "80", "81", "90", "443", "444", "65535"), CultureInfo.InvariantCulture);

    internal TransportProtocols NextProtocol() => _random.Next(2) == 0 ? TransportProtocols.Tcp : TransportProtocols.Udp;

    /// <summary>Who sends: nobody who is known, no program of the policy's, or some.</summary>
    internal string[]? NextExecutables() => _random.Next(5) switch
    {
        0 => null,
        1 => [],
        2 => ["/bin/a"],
        3 => ["/bin/b"],
        _ => ["/bin/b", "/bin/c", "/bin/a"],
    };

    internal bool NextBool() => _random.Next(2) == 0;

    internal string NextName()
    {
        string name = Pick("test", "x.test", "y.test", "a.x.test", "b.x.test", "c.a.x.test", "b.y.test", "other", "xx.test");
        return _random.Next(4) == 0 ? name.ToUpperInvariant() : name;
    }

    internal string[] NextNames() => [.. Enumerable.Range(0, _random.Next(3)).Select(_ => NextName())];

    private string NextRule()
    {
        string scheme = Pick("", "", "", "tcp://", "udp://");
        string ports = Pick("", "", "", ":80", ":443", ":80,443", ":80-90", ":1-1000", ":1000-65535", ":1-65535");
        string target = _random.Next(7) switch
        {
            0 => "loopback",
            1 => NextPrefix("10.0.0.", "", 32),
            2 => NextPrefix("2001:db8::", ports.Length > 0 ? "[]" : "", 128),
            3 => Pick("169.254.0.0/16", "169.254.169.254", "0.0.0.0/0", "0.0.0.0/8", "127.0.0.0/8", "127.0.0.1", "0.0.0.0"),
            4 => Pick("[::]/0", "[::1]", "[fe80::]/10", "[::]/96", "[64:ff9b::]/96", "[::ffff:10.0.0.0]/124", "[::]"),
            _ => Pick("", "", "=", "*.") + NextName(),
        };
        return scheme + target + ports + Pick("", "", "", " exe=/bin/a", " exe=/bin/b");
    }

    private string NextPrefix(string start, string brackets, int width)
    {
        int free = _random.Next(5);
        int host = _random.Next(16) >> free << free;
        string address = start + (width == 128 ? host.ToString("x", CultureInfo.InvariantCulture) : host.ToString(CultureInfo.InvariantCulture));
        address = brackets.Length > 0 ? $"[{address}]" : address;
        return free == 0 ? address : string.Create(CultureInfo.InvariantCulture, $"{address}/{width - free}");
    }

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}
