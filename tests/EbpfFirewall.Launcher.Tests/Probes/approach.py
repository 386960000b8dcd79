# Tries to act through another process, and prints each answer: "WHAT ANSWER".
# Usage: python3 -c <this> PID WORD_ADDRESS DESCRIPTOR ABSTRACT_NAME
import ctypes, errno, os, platform, signal, socket, struct, sys

pid, address, descriptor = map(int, sys.argv[1:4])
name = "\0" + sys.argv[4]
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
X64 = platform.machine() == "x86_64"
ATTACH, DETACH, SEIZE = 16, 17, 0x4206


def say(what, action):
    try:
        action()
        print(what, "allowed", flush=True)
    except OSError as error:
        print(what, errno.errorcode[error.errno], flush=True)


def check(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), "")
    return result


def call(number, *arguments):
    return check(libc.syscall(ctypes.c_long(number), *[
        ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments]))


def trace(request):
    check(libc.ptrace(request, pid, None, None))
    if request == SEIZE:
        check(libc.ptrace(0x4207, pid, None, None))  # interrupt
    os.waitpid(pid, 0)
    check(libc.ptrace(DETACH, pid, None, None))


def copy(x64, arm64, text):
    local = ctypes.create_string_buffer(text)
    vector = lambda at: struct.pack("QQ", at, len(text))
    call(x64 if X64 else arm64, pid, vector(ctypes.addressof(local)), 1, vector(address), 1, 0)


def write_memory():
    fd = os.open(f"/proc/{pid}/mem", os.O_RDWR)
    os.pwrite(fd, b"written", address)
    os.close(fd)


def connect():
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    peer.connect(name)


def send():
    peer = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    peer.sendto(b"x", name + ".datagram")


say("attach", lambda: trace(ATTACH))
say("seize", lambda: trace(SEIZE))
say("memory", write_memory)
say("read", lambda: copy(310, 270, b"012345678"))
say("write", lambda: copy(311, 271, b"overwrite"))
say("descriptor", lambda: os.close(call(438, os.pidfd_open(pid), descriptor, 0)))
say("root", lambda: os.listdir(f"/proc/{pid}/root/"))
say("environment", lambda: open(f"/proc/{pid}/environ", "rb").read())
say("output", lambda: os.readlink(f"/proc/{pid}/fd/1"))
say("kill", lambda: os.kill(pid, signal.SIGUSR1))
say("probe", lambda: os.kill(pid, 0))
say("pidfd", lambda: signal.pidfd_send_signal(os.pidfd_open(pid), signal.SIGUSR1))
say("queue", lambda: call(129 if X64 else 138, pid, int(signal.SIGUSR1), struct.pack("iiiiiQ100x", 0, 0, -1, 0, 0, 0)))
say("connect", connect)
say("send", send)
