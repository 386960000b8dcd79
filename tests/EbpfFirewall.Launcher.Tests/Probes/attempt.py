# Tries one way out of the sandbox, prints each answer of the kernel, then the pids to look at, and waits for the end
# of its input. Usage: python3 -c <this> ATTEMPT MOUNT_POINT OWN_NAME OUTSIDER_PID
import ctypes, errno, os, struct, sys, tempfile

attempt, mount_point, own_name, outsider = sys.argv[1:5]
libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUSER = 0x20000, 0x2000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
CLONE_INTO_CGROUP = 0x200000000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE, MNT_DETACH = 1, 32, 4096, 16384, 1 << 18, 2
children = []


def answer(what, action):
    try:
        action()
        print(what, "allowed", flush=True)
        return True
    except OSError as error:
        print(what, errno.errorcode[error.errno], flush=True)
        return False


def call(name, *arguments):
    result = getattr(libc, name)(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return result


def encoded(path):
    return os.fsencode(path) if path is not None else None


def mount(source, target, kind, flags=0, options=None):
    call("mount", encoded(source), encoded(target), encoded(kind), flags, encoded(options))


def write(path, text="0"):
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def clone_into(directory):
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    arguments = struct.pack("<11Q", CLONE_INTO_CGROUP, 0, 0, 0, 17, 0, 0, 0, 0, 0, fd)
    pid = call("syscall", 435, arguments, len(arguments))
    if pid == 0:
        sys.stdin.read()
        os._exit(0)
    children.append(pid)


def every_way_in(what, directory):
    for file in ("cgroup.procs", "cgroup.threads"):
        answer(f"{what} {file}", lambda: write(os.path.join(directory, file)))
    answer(f"{what} clone3", lambda: clone_into(directory))


def scratch():
    # Below the working directory, which the test removes.
    return os.path.abspath(tempfile.mkdtemp(dir="."))


def new_user_namespace(flags):
    call("unshare", CLONE_NEWUSER | flags)


def write_directly():
    every_way_in("mount point", mount_point)
    every_way_in("old path", os.path.join(mount_point, own_name))
    every_way_in("parent", os.path.join(mount_point, ".."))


def write_through_other_process():
    for pid in ("1", outsider):
        every_way_in(f"root of {'init' if pid == '1' else 'starter'}", f"/proc/{pid}/root{mount_point}")
    answer("cwd of starter", lambda: os.listdir(f"/proc/{outsider}/cwd/"))
    answer("output of starter", lambda: os.open(f"/proc/{outsider}/fd/1", os.O_WRONLY))


def remount():
    answer("bind", lambda: mount(None, mount_point, None, MS_REMOUNT | MS_BIND))
    answer("super", lambda: mount(None, mount_point, None, MS_REMOUNT))
    answer("unmount", lambda: call("umount2", encoded(mount_point), MNT_DETACH))
    every_way_in("mount point", mount_point)


def remount_in_user_namespace():
    new_user_namespace(CLONE_NEWNS)
    remount()
    copy = scratch()
    answer("bind elsewhere", lambda: mount(mount_point, copy, None, MS_BIND))
    every_way_in("bind", copy)
    answer("remount bind", lambda: mount(None, copy, None, MS_REMOUNT | MS_BIND))
    above = scratch()
    inside = os.path.join(above, os.path.basename(mount_point))
    answer("bind above", lambda: mount(os.path.dirname(mount_point), above, None, MS_BIND))
    answer("bind tree", lambda: mount(os.path.dirname(mount_point), above, None, MS_BIND | MS_REC))
    answer("uncover in tree", lambda: call("umount2", encoded(inside), MNT_DETACH))
    every_way_in("tree", inside)


def mount_cgroup2():
    answer("without namespaces", lambda: mount("x", scratch(), "cgroup2"))
    new_user_namespace(CLONE_NEWNS)
    answer("in a user namespace", lambda: mount("x", scratch(), "cgroup2"))


def mount_cgroup2_in_cgroup_namespace():
    new_user_namespace(CLONE_NEWNS | CLONE_NEWCGROUP)
    view = scratch()
    answer("mount", lambda: mount("x", view, "cgroup2"))
    answer("new cgroup", lambda: os.mkdir(os.path.join(view, "inner")))
    every_way_in("own", view)
    every_way_in("inner", os.path.join(view, "inner"))
    every_way_in("above", os.path.join(view, "..", ".."))


def into_root_by_handle(view):
    # Handle type 0xfe names a kernfs node by its id, and the root of the hierarchy has 1.
    handle = struct.pack("<IiQ", 8, 0xFE, 1)
    fd = call("open_by_handle_at", os.open(view, os.O_RDONLY), handle, os.O_RDONLY)
    clone_into(f"/proc/self/fd/{fd}")


def open_by_handle():
    answer("as it is", lambda: into_root_by_handle(mount_point))
    new_user_namespace(CLONE_NEWNS | CLONE_NEWCGROUP)
    answer("in a user namespace", lambda: into_root_by_handle(mount_point))
    view = scratch()
    mount("x", view, "cgroup2")
    answer("in a mount of it", lambda: into_root_by_handle(view))


def enter_namespaces():
    for kind in ("mnt", "user", "cgroup"):
        answer(kind, lambda: call("setns", os.open(f"/proc/{outsider}/ns/{kind}", os.O_RDONLY), 0))
    answer("own mnt", lambda: call("setns", os.open("/proc/self/ns/mnt", os.O_RDONLY), 0))


def run_kernel_helper():
    kernel = "/proc/sys/kernel/"
    for path in (kernel + "core_pattern", kernel + "modprobe", kernel + "hotplug", "/sys/kernel/uevent_helper"):
        if os.path.exists(path):
            answer(path, lambda: os.close(os.open(path, os.O_WRONLY)))
    new_user_namespace(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET)
    if os.fork():
        os.wait()
        return
    for kind in ("proc", "sysfs", "debugfs", "tracefs"):
        answer(f"fresh {kind}", lambda: mount("x", scratch(), kind))
    answer("remount /proc/sys", lambda: mount(None, "/proc/sys", None, MS_REMOUNT | MS_BIND))
    answer("unmount /proc/sys", lambda: call("umount2", b"/proc/sys", MNT_DETACH))
    os._exit(0)


def trace_starter():
    answer("attach", lambda: call("ptrace", 16, int(outsider), None, None))
    answer("memory", lambda: os.close(os.open(f"/proc/{outsider}/mem", os.O_RDWR)))
    answer("environment", lambda: open(f"/proc/{outsider}/environ").read())
    answer("descriptor", lambda: call("syscall", 438, call("syscall", 434, int(outsider), 0), 0, 0))


def regain_privilege():
    answer("setuid", lambda: os.setresuid(0, 0, 0) if os.getuid() else os.setresuid(1, 1, 1))
    answer("groups", lambda: os.setgroups([0]))
    answer("bounding", lambda: call("prctl", 24, 1, 0, 0, 0))
    answer("ambient", lambda: call("prctl", 47, 2, 1, 0, 0))
    answer("securebits", lambda: call("prctl", 28, 0, 0, 0, 0))
    answer("no_new_privs", lambda: call("prctl", 38, 0, 0, 0, 0))


if attempt not in globals():
    sys.exit(f"no attempt {attempt}")
globals()[attempt]()
print("pids", os.getpid(), *children, flush=True)
sys.stdin.read()
for child in children:
    os.waitpid(child, 0)
