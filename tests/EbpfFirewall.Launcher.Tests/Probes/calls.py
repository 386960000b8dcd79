# Makes every call that the filter knows, with arguments that harm nobody, and prints each answer: "NAME ANSWER".
# Usage: python3 -c <this>
import ctypes, errno, os, platform

libc = ctypes.CDLL(None, use_errno=True)
X64 = platform.machine() == "x86_64"
BAD = -1
CHILD = 17  # SIGCHLD
NAMESPACES = {
    "mount": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000,
    "user": 0x10000000, "pid": 0x20000000, "net": 0x40000000,
}


def call(number, *arguments):
    result = libc.syscall(ctypes.c_long(number), *[
        ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments])
    if result < 0:
        raise OSError(ctypes.get_errno(), "")
    return result


def say(name, action):
    try:
        result = action()
        print(name, "allowed", flush=True)
        return result
    except OSError as error:
        print(name, errno.errorcode[error.errno], flush=True)
        return None


def number(x64, arm64):
    return x64 if X64 else arm64


SOCKET, SOCKETPAIR, IOCTL = number(41, 198), number(53, 199), number(16, 29)
CLONE, UNSHARE = number(56, 220), number(272, 97)


def socket(family, kind, protocol=0):
    os.close(call(SOCKET, family, kind, protocol))


def pair(family):
    pair = (ctypes.c_int * 2)()
    call(SOCKETPAIR, family, 1, 0, pair)
    os.close(pair[0]), os.close(pair[1])


def clone(flags):
    pid = call(CLONE, flags | CHILD, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def alone(action):
    """In a child, for what cannot be undone."""
    pid = os.fork()
    if pid == 0:
        try:
            action()
            os._exit(0)
        except OSError as error:
            os._exit(error.errno)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status:
        raise OSError(status, "")


for family in range(64):
    say(f"socket family {family}", lambda: socket(family, 3 if family in (16, 17, 44) else 2))
for protocol in range(24):
    say(f"socket netlink {protocol}", lambda: socket(16, 3, protocol))
for family, name in ((2, "inet"), (10, "inet6")):
    for kind in (3, 10):
        for flags in (0, 0o2000000 | 0o4000):
            say(f"socket {name} type {kind}{' with flags' if flags else ''}", lambda: socket(family, kind | flags, 255))
say("socket wide family", lambda: socket(17 | 1 << 40, 3))
say("socket wide inet", lambda: socket(2 | 1 << 40, 3 | 1 << 40, 255))
say("socketpair unix", lambda: pair(1))
say("socketpair packet", lambda: pair(17))
say("socketpair vsock", lambda: pair(40))

say("io_uring_setup", lambda: os.close(call(425, 1, ctypes.create_string_buffer(120))))
say("io_uring_enter", lambda: call(426, BAD, 0, 0, 0, 0, 0))
say("io_uring_register", lambda: call(427, BAD, 0, 0, 0))

for name, flag in NAMESPACES.items():
    say(f"clone {name}", lambda: clone(flag))
    say(f"unshare {name}", lambda: alone(lambda: call(UNSHARE, flag)))
say("unshare time", lambda: alone(lambda: call(UNSHARE, 0x80)))
say("clone plain", lambda: clone(0))
say("unshare files", lambda: alone(lambda: call(UNSHARE, 0x400)))
say("clone3", lambda: call(435, 0, 0))
say("setns", lambda: call(number(308, 268), BAD, 0))
say("mount", lambda: call(number(165, 40), 1, 1, 1, 0, 0))
say("umount2", lambda: call(number(166, 39), 1, 0x1000))
say("pivot_root", lambda: call(number(155, 41), 1, 1))
say("open_tree", lambda: call(428, BAD, 1, 0))
say("move_mount", lambda: call(429, BAD, 1, BAD, 1, 0))
say("fsopen", lambda: call(430, 1, 0))
say("fsconfig", lambda: call(431, BAD, 0, 0, 0, 0))
say("fsmount", lambda: call(432, BAD, 0, 0))
say("fspick", lambda: call(433, BAD, 1, 0))
say("mount_setattr", lambda: call(442, BAD, 1, 0, 0, 0))

say("keyctl", lambda: call(number(250, 219), 0, -3, 0))
say("add_key", lambda: call(number(248, 217), 1, 1, 0, 0, 0))
say("request_key", lambda: call(number(249, 218), 1, 1, 0, 0))
say("open_by_handle_at", lambda: call(number(304, 265), BAD, 1, 0))
say("bpf", lambda: call(number(321, 280), BAD, 1, 1))
say("perf_event_open", lambda: call(number(298, 241), 1, 0, -1, -1, 0))
say("userfaultfd", lambda: call(number(323, 282), 0x1000))

for name, code in (("TIOCSTI", 0x5412), ("TIOCLINUX", 0x541C), ("TUNSETIFF", 0x400454CA), ("VHOST_VSOCK_SET_GUEST_CID", 0x4008AF60)):
    say(f"ioctl {name}", lambda: call(IOCTL, BAD, code, 0))
    say(f"ioctl wide {name}", lambda: call(IOCTL, BAD, code | 1 << 40, 0))
say("ioctl other", lambda: call(IOCTL, BAD, 0x5413, 0))

# Filtered only where no Landlock domain keeps them inside.
say("ptrace", lambda: call(number(101, 117), 16, 0x3FFFFFFF, 0, 0))
say("process_vm_readv", lambda: call(number(310, 270), 0x3FFFFFFF, 0, 0, 0, 0, 0))
say("process_vm_writev", lambda: call(number(311, 271), 0x3FFFFFFF, 0, 0, 0, 0, 0))
say("pidfd_getfd", lambda: call(438, BAD, 0, 0))

# Not in the filter: a capability of the machine itself guards them.
say("kexec_load", lambda: call(number(246, 104), 0, 0, 0, 0xFFFF))
say("init_module", lambda: call(number(175, 105), 1, 1, 1))
say("finit_module", lambda: call(number(313, 273), BAD, 1, 0x1000))
say("delete_module", lambda: call(number(176, 106), 1, 0x800))
say("reboot", lambda: call(number(169, 142), 0, 0, 0, 0))
say("acct", lambda: call(number(163, 89), 1))
say("swapon", lambda: call(number(167, 224), 1, 0))
say("settimeofday", lambda: call(number(164, 170), 0, 0))
say("sethostname", lambda: call(number(170, 161), 1, 1))

say("beyond the table", lambda: call(470, 0, 0, 0, 0, 0, 0))
say("beyond all", lambda: call(0x3FFFFFFF, 0))
say("minus one", lambda: call(-1, 0))
