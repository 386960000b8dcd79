using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EbpfFirewall.Native;

/// <summary>A system call failed: which, with what error, and what is likely missing.</summary>
public class BpfException : Exception
{
    internal BpfException(Errno error, string operation, string? advice = null, Exception? innerException = null)
        : base(Compose(error, operation, advice), innerException)
    {
        Error = error;
        Operation = operation;
    }

    /// <summary>The kernel's error number.</summary>
    public Errno Error { get; }

    /// <summary>What was tried, for example <c>create map 'flows' (hash)</c>.</summary>
    public string Operation { get; }

    /// <summary>Throws for a negative result (<c>-errno</c>), else passes it on.</summary>
    internal static int Check(int result, string operation) =>
        result >= 0 ? result : throw new BpfException((Errno)(-result), operation);

    /// <inheritdoc cref="Check(int, string)"/>
    internal static int Check(int result, [InterpolatedStringHandlerArgument(nameof(result))] FailureText operation) =>
        result >= 0 ? result : throw new BpfException((Errno)(-result), operation.Take());

    private static string Compose(Errno error, string operation, string? advice)
    {
        string name = Enum.IsDefined(error) ? error.ToString() : "errno " + ((int)error).ToString(CultureInfo.InvariantCulture);
        string text = error == Errno.ENOTSUPP ? "Operation not supported by this kernel" : Marshal.GetPInvokeErrorMessage((int)error);
        advice ??= error switch
        {
            Errno.EPERM => PermissionDiagnosis.Describe(),
            Errno.E2BIG => "The map is full, or the kernel is older than an attribute that was asked for.",
            Errno.ENOSYS => "The kernel has no such system call, or seccomp hides it.",
            _ => null,
        };

        return advice is null ? $"Cannot {operation}: {text} ({name})." : $"Cannot {operation}: {text} ({name}). {advice}";
    }
}
