using System.Globalization;

namespace EbpfFirewall.Policies.Parsing;

/// <summary>
/// Amounts of limits: <c>10MB/1h</c> within an interval, <c>1GB</c> for good, both between commas. In front of them, outside of rules, what they are for:
/// <c>sandbox:bytes=10MB/1h,1GB</c>.
/// </summary>
internal static class LimitText
{
    private const string Shape = "write for example bytes=10MB/1h, connections=5/s or names=50; without an interval it holds for good";
    private const long AmountMax = 1_000_000_000_000_000;
    private const long CountMax = 1_000_000_000;

    /// <summary>Names that are counted are remembered.</summary>
    private const long NamesMax = 1_000_000;

    private static readonly (string Unit, long Octets)[] Units =
    [
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000),
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("B", 1),
    ];

    /// <summary>Parses <c>sandbox:…</c> or <c>process:…</c>; every mistake is recorded.</summary>
    internal static IEnumerable<PolicyLimit> ParseScoped(RuleSlice text)
    {
        int colon = text.IndexOf(':');
        LimitScope? scope = colon < 0 ? null : text.To(colon).ToString() switch
        {
            "sandbox" => LimitScope.Sandbox,
            "process" => LimitScope.Process,
            _ => null,
        };
        if (scope is null)
        {
            text.Fail(0, "it does not say what the limit is for", "write sandbox: or process: in front, as in sandbox:bytes=100MB; limits of a rule are its options");
            return [];
        }

        RuleSlice rest = text.From(colon + 1);
        int equals = rest.IndexOf('=');
        if (equals < 0 || FindQuantity(rest.To(equals).ToString()) is not { } quantity)
        {
            rest.Fail(0, "it does not say what is limited", "write bytes=, connections= or names=, as in sandbox:bytes=100MB");
            return [];
        }

        return ParseAmounts(rest.From(equals + 1), quantity).Select(limit => limit with { Scope = scope.Value });
    }

    internal static LimitQuantity? FindQuantity(string name) => name switch
    {
        "bytes" => LimitQuantity.Bytes,
        "connections" => LimitQuantity.Connections,
        "names" => LimitQuantity.Names,
        _ => null,
    };

    /// <summary>Parses the amounts, as those of a rule; empty when something is wrong, which is recorded.</summary>
    internal static IReadOnlyList<PolicyLimit> ParseAmounts(RuleSlice text, LimitQuantity quantity)
    {
        List<PolicyLimit> limits = [];
        int start = 0;
        foreach (string piece in text.ToString().Split(','))
        {
            RuleSlice amount = text.From(start).To(piece.Length);
            start += piece.Length + 1;
            if (ParseAmount(amount, quantity) is not { } limit)
            {
                return [];
            }

            if (limits.Exists(other => other.Interval is null == limit.Interval is null))
            {
                amount.Fail(0, "two limits of one kind", "give one within an interval and one for good at most");
                return [];
            }

            limits.Add(limit);
        }

        return limits;
    }

    /// <summary>The amount and its interval, in the largest units that are exact.</summary>
    internal static string Format(PolicyLimit limit)
    {
        (string unit, long octets) = limit.Quantity == LimitQuantity.Bytes
            ? Array.Find(Units, unit => limit.Amount % unit.Octets == 0)
            : ("", 1);
        string amount = string.Create(CultureInfo.InvariantCulture, $"{limit.Amount / octets}{unit}");
        return limit.Interval is { } interval ? $"{amount}/{Format(interval)}" : amount;
    }

    private static string Format(TimeSpan interval) => interval switch
    {
        { Hours: 0, Minutes: 0, Seconds: 0 } => string.Create(CultureInfo.InvariantCulture, $"{interval.Days}d"),
        { Minutes: 0, Seconds: 0 } => string.Create(CultureInfo.InvariantCulture, $"{(long)interval.TotalHours}h"),
        { Seconds: 0 } => string.Create(CultureInfo.InvariantCulture, $"{(long)interval.TotalMinutes}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)interval.TotalSeconds}s"),
    };

    private static PolicyLimit? ParseAmount(RuleSlice text, LimitQuantity quantity)
    {
        int slash = text.IndexOf('/');
        RuleSlice amountText = slash < 0 ? text : text.To(slash);
        TimeSpan? interval = null;
        if (slash >= 0)
        {
            interval = ParseInterval(text.From(slash + 1));
            if (interval is null)
            {
                return null;
            }
        }

        int digits = amountText.Span.IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? amountText.Length : digits;
        string unit = amountText.From(digits).ToString();
        long octets = 1;
        if (unit.Length > 0)
        {
            octets = quantity == LimitQuantity.Bytes
                ? Array.Find(Units, known => known.Unit.Equals(unit, StringComparison.OrdinalIgnoreCase)).Octets
                : 0;
        }

        long most = quantity switch
        {
            LimitQuantity.Bytes => AmountMax,
            LimitQuantity.Names => NamesMax,
            _ => CountMax,
        };
        bool isNumber = digits is > 0 and <= 16 && octets > 0;
        long number = isNumber ? long.Parse(amountText.To(digits).Span, CultureInfo.InvariantCulture) : 0;
        if (number < 1 || number > most / octets)
        {
            string units = quantity == LimitQuantity.Bytes ? ", with kB, MB, GB, TB, KiB, MiB, GiB, TiB or nothing behind it" : "";
            amountText.Fail(0, $"\"{amountText}\" is not an amount: a whole number from 1 on{units}", Shape);
            return null;
        }

        return new PolicyLimit(LimitScope.Rule, quantity, number * octets, interval);
    }

    private static TimeSpan? ParseInterval(RuleSlice text)
    {
        string value = text.Length == 1 ? "1" + text : text.ToString();
        if (!RuleDuration.IsValid(value) || RuleDuration.Parse(value) is not { TotalDays: <= 366 } interval)
        {
            text.Fail(0, $"\"{text}\" is not an interval: a second to a year", "write a number and s, m, h or d: /10s, /1h");
            return null;
        }

        return interval;
    }
}
