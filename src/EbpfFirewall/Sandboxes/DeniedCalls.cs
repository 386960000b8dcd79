using System.Collections.Frozen;
using System.Runtime.InteropServices;
using EbpfFirewall.Native;

namespace EbpfFirewall.Sandboxes;

/// <summary>
/// The answers of the launcher's filter (launcher/filter.h), which has the same table: it says which calls are denied, this says what their
/// callers are told when the filter hands them over. docs/design/launcher.md has the reasons.
/// </summary>
internal static class DeniedCalls
{
    private const int Netlink = 16;
    private const int V4 = 2;
    private const int V6 = 10;
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    private static readonly int Socket = On(41, 198);
    private static readonly int SocketPair = On(53, 199);

    private static readonly FrozenDictionary<int, DeniedCall> ByNumber = new Dictionary<int, DeniedCall>
    {
        [On(16, 29)] = new("ioctl", Errno.EPERM, Shown: 0b10),
        [On(56, 220)] = new("clone", Errno.EPERM, Shown: 0b1),
        [On(101, 117)] = new("ptrace", Errno.EPERM, Shown: 0b11),
        [On(155, 41)] = new("pivot_root", Errno.EPERM),
        [On(165, 40)] = new("mount", Errno.EPERM),
        [On(166, 39)] = new("umount2", Errno.EPERM),
        [On(248, 217)] = new("add_key", Errno.ENOSYS),
        [On(249, 218)] = new("request_key", Errno.ENOSYS),
        [On(250, 219)] = new("keyctl", Errno.ENOSYS, Shown: 0b1, IsProbe: true),
        [On(272, 97)] = new("unshare", Errno.EPERM, Shown: 0b1),
        [On(298, 241)] = new("perf_event_open", Errno.EPERM),
        [On(304, 265)] = new("open_by_handle_at", Errno.EPERM),
        [On(308, 268)] = new("setns", Errno.EPERM, Shown: 0b10),
        [On(310, 270)] = new("process_vm_readv", Errno.EPERM, Shown: 0b1),
        [On(311, 271)] = new("process_vm_writev", Errno.EPERM, Shown: 0b1),
        [On(321, 280)] = new("bpf", Errno.EPERM, Shown: 0b1),
        [On(323, 282)] = new("userfaultfd", Errno.EPERM),
        [425] = new("io_uring_setup", Errno.ENOSYS, IsProbe: true),
        [426] = new("io_uring_enter", Errno.ENOSYS),
        [427] = new("io_uring_register", Errno.ENOSYS, IsProbe: true),
        [428] = new("open_tree", Errno.EPERM),
        [429] = new("move_mount", Errno.EPERM),
        [430] = new("fsopen", Errno.EPERM),
        [431] = new("fsconfig", Errno.EPERM),
        [432] = new("fsmount", Errno.EPERM),
        [433] = new("fspick", Errno.EPERM),
        [438] = new("pidfd_getfd", Errno.EPERM),
        [442] = new("mount_setattr", Errno.EPERM),
        [467] = new("open_tree_attr", Errno.EPERM),
    }.ToFrozenDictionary();

    /// <summary>The socket's own answers, which depend on what was asked for.</summary>
    private static readonly DeniedCall UnknownFamily = new("socket", Errno.EAFNOSUPPORT, Shown: 0b111);
    private static readonly DeniedCall UnknownProtocol = new("socket", Errno.EPROTONOSUPPORT, Shown: 0b111, IsProbe: true);
    private static readonly DeniedCall RawSocket = new("socket", Errno.EPERM, Shown: 0b111);
    private static readonly DeniedCall Unlisted = new("a system call", Errno.EPERM);

    public static bool IsSocket(SystemCallNotice notice) => notice.Number == Socket || notice.Number == SocketPair;

    /// <summary>What a call that the filter handed over is. Never null: what is not in the table is denied all the same.</summary>
    public static DeniedCall Find(SystemCallNotice notice)
    {
        if (!IsSocket(notice))
        {
            return ByNumber.GetValueOrDefault(notice.Number, Unlisted);
        }

        DeniedCall call = (uint)notice.Arguments[0] switch
        {
            Netlink => UnknownProtocol,
            V4 or V6 => RawSocket,
            _ => UnknownFamily,
        };
        return notice.Number == SocketPair ? call with { Name = "socketpair" } : call;
    }

    /// <summary>The launcher's own trial of the filter, with a descriptor that is none.</summary>
    public static bool IsTrial(SystemCallNotice notice)
    {
        const uint TypeIntoTerminal = 0x5412;
        return notice.Number == On(16, 29) && (uint)notice.Arguments[0] == uint.MaxValue && (uint)notice.Arguments[1] == TypeIntoTerminal;
    }

    private static int On(int x64, int arm64) => IsArm ? arm64 : x64;
}
