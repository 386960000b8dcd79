using System.Text;

namespace EbpfFirewall.Policies.Parsing;

/// <summary>
/// The encoder of RFC 3492. Our own, so that a rule means the same with and without ICU;
/// <see cref="System.Globalization.IdnMapping"/> follows IDNA 2003 in one of the two.
/// </summary>
internal static class Punycode
{
    // Parameters of RFC 3492 section 5.
    private const int Base = 36;
    private const int TMin = 1;
    private const int TMax = 26;
    private const int Skew = 38;
    private const int Damp = 700;
    private const int InitialBias = 72;
    private const int InitialN = 0x80;

    /// <summary>Encodes one label of at least one non-ASCII rune, without the "xn--" in front.</summary>
    internal static string Encode(ReadOnlySpan<Rune> label)
    {
        StringBuilder output = new();
        foreach (Rune rune in label)
        {
            if (rune.IsAscii)
            {
                output.Append((char)rune.Value);
            }
        }

        int basic = output.Length;
        int handled = basic;
        if (basic > 0)
        {
            output.Append('-');
        }

        int n = InitialN;
        int delta = 0;
        int bias = InitialBias;
        while (handled < label.Length)
        {
            int next = int.MaxValue;
            foreach (Rune rune in label)
            {
                next = rune.Value >= n && rune.Value < next ? rune.Value : next;
            }

            delta = checked(delta + ((next - n) * (handled + 1)));
            n = next;
            foreach (Rune rune in label)
            {
                if (rune.Value < n)
                {
                    delta++;
                }
                else if (rune.Value == n)
                {
                    AppendInteger(output, delta, bias);
                    bias = Adapt(delta, handled + 1, first: handled == basic);
                    delta = 0;
                    handled++;
                }
            }

            delta++;
            n++;
        }

        return output.ToString();
    }

    private static void AppendInteger(StringBuilder output, int value, int bias)
    {
        for (int k = Base; ; k += Base)
        {
            int threshold = Math.Clamp(k - bias, TMin, TMax);
            if (value < threshold)
            {
                output.Append(Digit(value));
                return;
            }

            output.Append(Digit(threshold + ((value - threshold) % (Base - threshold))));
            value = (value - threshold) / (Base - threshold);
        }
    }

    private static int Adapt(int delta, int count, bool first)
    {
        delta = first ? delta / Damp : delta / 2;
        delta += delta / count;
        int k = 0;
        while (delta > (Base - TMin) * TMax / 2)
        {
            delta /= Base - TMin;
            k += Base;
        }

        return k + ((Base - TMin + 1) * delta / (delta + Skew));
    }

    private static char Digit(int value) => (char)(value < 26 ? 'a' + value : '0' + value - 26);
}
