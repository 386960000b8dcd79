using System.Runtime.CompilerServices;

namespace EbpfFirewall.Native;

/// <summary>What was tried, as an interpolated string that is put together only when it failed: calls that work allocate nothing.</summary>
[InterpolatedStringHandler]
internal ref struct FailureText
{
    private DefaultInterpolatedStringHandler _text;

    /// <param name="literalLength">Given by the compiler.</param>
    /// <param name="formattedCount">Given by the compiler.</param>
    /// <param name="result">The result of the call: negative is a failure.</param>
    /// <param name="isFailure">Tells the compiler whether to fill this in.</param>
    public FailureText(int literalLength, int formattedCount, int result, out bool isFailure)
    {
        isFailure = result < 0;
        _text = isFailure ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    internal string Take() => _text.ToStringAndClear();
}
