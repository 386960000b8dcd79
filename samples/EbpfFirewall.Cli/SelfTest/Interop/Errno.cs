using System.Globalization;

namespace EbpfFirewall.Cli.SelfTest.Interop;

/// <summary>Names of error numbers, errno(3).</summary>
internal static class Errno
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EAGAIN = 11;
    public const int EACCES = 13;
    public const int EINPROGRESS = 115;

    private static readonly Dictionary<int, string> Names = new()
    {
        [0] = "", [1] = "EPERM", [2] = "ENOENT", [3] = "ESRCH", [4] = "EINTR", [5] = "EIO", [6] = "ENXIO", [7] = "E2BIG", [8] = "ENOEXEC",
        [9] = "EBADF", [10] = "ECHILD", [11] = "EAGAIN", [12] = "ENOMEM", [13] = "EACCES", [14] = "EFAULT", [16] = "EBUSY", [17] = "EEXIST",
        [18] = "EXDEV", [19] = "ENODEV", [20] = "ENOTDIR", [21] = "EISDIR", [22] = "EINVAL", [25] = "ENOTTY", [26] = "ETXTBSY", [28] = "ENOSPC",
        [30] = "EROFS", [32] = "EPIPE", [38] = "ENOSYS", [40] = "ELOOP", [71] = "EPROTO", [88] = "ENOTSOCK", [89] = "EDESTADDRREQ",
        [90] = "EMSGSIZE", [91] = "EPROTOTYPE", [92] = "ENOPROTOOPT", [93] = "EPROTONOSUPPORT", [94] = "ESOCKTNOSUPPORT", [95] = "EOPNOTSUPP",
        [97] = "EAFNOSUPPORT", [98] = "EADDRINUSE", [99] = "EADDRNOTAVAIL", [100] = "ENETDOWN", [101] = "ENETUNREACH", [103] = "ECONNABORTED",
        [104] = "ECONNRESET", [106] = "EISCONN", [107] = "ENOTCONN", [110] = "ETIMEDOUT", [111] = "ECONNREFUSED", [112] = "EHOSTDOWN",
        [113] = "EHOSTUNREACH", [114] = "EALREADY", [115] = "EINPROGRESS", [524] = "ENOTSUPP",
    };

    public static string Name(int number) =>
        Names.TryGetValue(number, out string? name) ? name
        : number >= 1000 ? string.Create(CultureInfo.InvariantCulture, $"exit {number - 1000}")
        : number.ToString(CultureInfo.InvariantCulture);
}
