namespace EbpfFirewall.Policies.Parsing;

/// <summary>A piece of a rule that knows where it stands, so that its problems can point at a character.</summary>
internal readonly record struct RuleSlice(RuleReader Reader, int Start, int Length)
{
    internal int End => Start + Length;

    internal bool IsEmpty => Length == 0;

    internal ReadOnlySpan<char> Span => Reader.Text.AsSpan(Start, Length);

    internal char this[int index] => Reader.Text[Start + index];

    internal RuleSlice From(int offset) => new(Reader, Start + offset, Length - offset);

    internal RuleSlice To(int offset) => new(Reader, Start, offset);

    internal int IndexOf(char c) => Span.IndexOf(c);

    internal int IndexOf(string value) => Span.IndexOf(value, StringComparison.Ordinal);

    internal bool StartsWith(string value) => Span.StartsWith(value, StringComparison.OrdinalIgnoreCase);

    internal bool Is(string value) => Span.Equals(value, StringComparison.OrdinalIgnoreCase);

    /// <summary>Records a problem at an offset of this piece.</summary>
    /// <returns>False.</returns>
    internal bool Fail(int offset, string message, string remedy) => Reader.Fail(Start + offset, message, remedy);

    public override string ToString() => Span.ToString();
}
