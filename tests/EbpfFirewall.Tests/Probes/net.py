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
  pour FAMILY HOST PORT BYTES
                             connect and send that much; timeout when it does not go on for a second
  listen                     listen on a port of its choice; the port
  drain                      accept a connection there and read it to its end; how much came
  datagram FAMILY HOST PORT BYTES
                             send a datagram of that size from the socket that is kept
  many FAMILY HOST PORT COUNT BYTES
                             send that many datagrams of a size; how many have left
  paced FAMILY HOST PORT BYTES LIMIT WINDOW SECONDS
                             send datagrams of a size as fast as they leave; "ok" when some left in every second window and no window saw more
                             than the limit, else the most
  exec STEP                  run this again in the same process, for one step
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


def pour(family, host, port, count):
    with make(family, socket.SOCK_STREAM) as client:
        client.connect((host, int(port)))
        client.settimeout(1)
        left = int(count)
        while left > 0:
            left -= client.send(b"x" * min(left, 1 << 16))
        client.shutdown(socket.SHUT_WR)
        client.settimeout(TIMEOUT_SECONDS)
        assert client.recv(1) == b""


def listen():
    global listener
    listener = make("4", socket.SOCK_STREAM)
    listener.bind(("0.0.0.0", 0))
    listener.listen()
    return str(listener.getsockname()[1])


def drain():
    server, _ = listener.accept()
    total = 0
    with server:
        while data := server.recv(1 << 16):
            total += len(data)
    return str(total)


def datagram(family, host, port, size):
    kept.sendto(b"x" * int(size), (host, int(port)))


def many(family, host, port, count, size):
    left = 0
    with make(family, socket.SOCK_DGRAM) as client:
        for _ in range(int(count)):
            try:
                client.sendto(b"x" * int(size), (host, int(port)))
                left += 1
            except PermissionError:
                pass
    return str(left)


def paced(family, host, port, size, limit, window, seconds):
    sent = []
    with make(family, socket.SOCK_DGRAM) as client:
        end = time.monotonic() + float(seconds)
        while time.monotonic() < end:
            try:
                client.sendto(b"x" * int(size), (host, int(port)))
                sent.append(time.monotonic())
            except PermissionError:
                time.sleep(0.002)
    most = max(sum(1 for other in sent if at <= other < at + float(window)) for at in sent) * int(size)
    return "ok" if most <= int(limit) and sent[-1] - sent[0] > float(window) else f"{most} of {limit}, {len(sent)} in {sent[-1] - sent[0]} s"


def execute(*step):
    os.execv(sys.executable, [sys.executable, "-ISc", sys.orig_argv[2], " ".join(step)])


STEPS = {"listen": listen, "drain": drain, "pour": pour, "datagram": datagram, "many": many, "paced": paced, "exec": execute, "memory": memory, "flood": flood, "frame": frame, "hold": hold, "use": use, "end": end, "burst": burst, "tcp": tcp, "try": impatient, "udp": udp, "ask": ask, "sendto": sendto, "own-tcp": own_tcp, "own-udp": own_udp, "socket": raw_socket}


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
