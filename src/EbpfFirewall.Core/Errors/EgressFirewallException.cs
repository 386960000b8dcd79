namespace EbpfFirewall;

/// <summary>
/// A failure that a user can meet: what happened, what to do about it, and a stable code with a page in docs/errors.
/// Mistakes of the calling code stay <see cref="ArgumentException"/> and its kin.
/// </summary>
public class EgressFirewallException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="code">One of <see cref="ErrorCodes"/>.</param>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public EgressFirewallException(string code, string message, Exception? innerException = null)
        : base($"{code}: {message}", innerException)
    {
        Code = code;
        HelpLink = $"docs/errors/{code}.md";
    }

    /// <summary>The stable code, <c>EFWnnnn</c>.</summary>
    public string Code { get; }
}
