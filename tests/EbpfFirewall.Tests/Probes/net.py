"""Does on the network what each argument says, and prints what came of it, a line each: ok, the name of the errno, or unknown for a name.

  tcp FAMILY HOST PORT       connect
  try FAMILY HOST PORT       connect, without much patience
  udp FAMILY HOST PORT       connect and send
  ask FAMILY HOST PORT       the same, and wait for an answer or an error
  sendto FAMILY HOST PORT    send without connecting
  own-tcp FAMILY BIND HOST   listen at BIND, connect to HOST, pass a byte
  own-udp FAMILY BIND HOST   the same over UDP
  socket FAMILY TYPE PROTO   only socket(2), by numbers
  hold KIND FAMILY HOST PORT connect and keep the socket; HOST may be a name
  use                        send a byte through the socket that is kept
  end                        wait until the socket that is kept meets an error
  flood FAMILY HOST COUNT    send to that many addresses from HOST on, all refused
  frame DEVICE HEX           send a frame from its ethertype on, to everybody on the link
  memory PROGRAM STEP        take a step by a copy of a program that is in memory alone
  burst SECONDS PORT OPEN SHUT
                             send datagrams to both in turn: all to OPEN must leave, none to SHUT; "ok COUNT", or what was wrong

FAMILY is 4 or 6. Without arguments it prints its process id and takes steps from standard input, until that ends.
"""
import errno
import os
import select
import socket
import subprocess
import sys
import time

FAMILIES = {"4": socket.AF_INET, "6": socket.AF_INET6}
TIMEOUT_SECONDS = 20


def make(family, kind):
    made = socket.socket(FAMILIES[family], kind)
    made.settimeout(TIMEOUT_SECONDS)
    return made


def tcp(family, host, port):
    with make(family, socket.SOCK_STREAM) as client:
        client.connect((host, int(port)))


def impatient(family, host, port):
    with make(family, socket.SOCK_STREAM) as client:
        client.settimeout(1)
        client.connect((host, int(port)))


def udp(family, host, port):
    with make(family, socket.SOCK_DGRAM) as client:
        client.connect((host, int(port)))
        client.send(b"x")


def ask(family, host, port):
    with make(family, socket.SOCK_DGRAM) as client:
        client.connect((host, int(port)))
        client.send(b"x")
        client.recv(16)


def sendto(family, host, port):
    with make(family, socket.SOCK_DGRAM) as client:
        client.sendto(b"x", (host, int(port)))


def own_tcp(family, bind, host):
    with make(family, socket.SOCK_STREAM) as listener, make(family, socket.SOCK_STREAM) as client:
        listener.bind((bind, 0))
        listener.listen()
        client.connect((host, listener.getsockname()[1]))
        server, _ = listener.accept()
        with server:
            server.sendall(b"y")
            assert client.recv(1) == b"y"


def own_udp(family, bind, host):
    with make(family, socket.SOCK_DGRAM) as server, make(family, socket.SOCK_DGRAM) as client:
        server.bind((bind, 0))
        client.connect((host, server.getsockname()[1]))
        client.send(b"x")
        data, peer = server.recvfrom(1)
        server.sendto(data, peer)
        assert client.recv(1) == b"x"


def raw_socket(family, kind, protocol):
    socket.socket(int(family), int(kind), int(protocol)).close()


def hold(kind, family, host, port):
    global kept
    kept = make(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
    kept.connect((socket.gethostbyname(host), int(port)))


def use():
    kept.send(b"x")


def end():
    poll = select.poll()
    poll.register(kept, select.POLLERR | select.POLLHUP)
    if not poll.poll(TIMEOUT_SECONDS * 1000):
        raise TimeoutError
    error = kept.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    raise OSError(error, "")


def flood(family, first, count):
    """Connects to that many addresses from the first on, all of which must be refused."""
    base = int.from_bytes(socket.inet_aton(first), "big")
    for i in range(int(count)):
        with make(family, socket.SOCK_DGRAM) as client:
            try:
                client.sendto(b"x", (socket.inet_ntoa((base + i).to_bytes(4, "big")), 9))
                return f"sent to number {i}"
            except PermissionError:
                pass
    return f"EPERM {count}"


def frame(device, rest):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
        link.bind((device, 0))
        link.send(b"\xff" * 6 + link.getsockname()[4] + bytes.fromhex(rest).ljust(46, b"\0"))


def burst(seconds, port, is_open, is_shut):
    count = 0
    until = time.monotonic() + float(seconds)
    with make("4", socket.SOCK_DGRAM) as client:
        while time.monotonic() < until:
            for _ in range(100):
                client.sendto(b"x", (is_open, int(port)))
                try:
                    client.sendto(b"x", (is_shut, int(port)))
                    return "sent to " + is_shut
                except PermissionError:
                    count += 1
    return f"ok {count}"


def memory(program, *step):
    descriptor = os.memfd_create("copy", 0)
    with open(program, "rb") as source:
        os.sendfile(descriptor, source.fileno(), 0, os.fstat(source.fileno()).st_size)
    command = [f"/proc/self/fd/{descriptor}", "-ISc", sys.orig_argv[2], " ".join(step)]
    return subprocess.run(command, pass_fds=[descriptor], capture_output=True, check=True, text=True).stdout.strip()


STEPS = {"memory": memory, "flood": flood, "frame": frame, "hold": hold, "use": use, "end": end, "burst": burst, "tcp": tcp, "try": impatient, "udp": udp, "ask": ask, "sendto": sendto, "own-tcp": own_tcp, "own-udp": own_udp, "socket": raw_socket}


def take(step):
    name, *arguments = step.split()
    try:
        return STEPS[name](*arguments) or "ok"
    except TimeoutError:
        return "timeout"
    except socket.gaierror:
        return "unknown"
    except OSError as error:
        return errno.errorcode[error.errno]


if len(sys.argv) == 1:
    print(os.getpid(), flush=True)
for line in sys.argv[1:] or sys.stdin:
    print(take(line), flush=True)
