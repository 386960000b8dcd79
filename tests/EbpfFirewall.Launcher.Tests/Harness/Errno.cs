namespace EbpfFirewall.Launcher.Tests.Harness;

/// <summary>The errno(3) values that the tests name.</summary>
internal enum Errno
{
    EPERM = 1,
    ENOENT = 2,
    ESRCH = 3,
    ENXIO = 6,
    ENOEXEC = 8,
    EBADF = 9,
    EACCES = 13,
    ENOTDIR = 20,
    EISDIR = 21,
    EINVAL = 22,
    ENOSYS = 38,
    ELOOP = 40,
    EPROTO = 71,
    EPROTOTYPE = 91,
    EAFNOSUPPORT = 97,
    ENOTCONN = 107,
}
