"""Tries unix sockets as its first argument says, and prints what came of it, a line each: ok, or the name of the errno.

  serve PATH [KIND]     bind, say "ready", echo what comes until standard input ends; PATH may begin with @
  own PATH [CONNECT]    bind PATH, connect to it as CONNECT (PATH), pass a byte
  own-dgram PATH        the same with datagrams
  connect PATH          connect and pass a byte
  dgram PATH            connect a datagram socket and send
  sendto PATH           send without connecting
  seqpacket PATH        connect and pass a byte
  race OWN FOREIGN      connect to OWN, which waits, and make it lead to FOREIGN meanwhile
  pair                  socketpair
  autobind              a server with a name that the kernel chose

Steps are separated by arguments "--". Before a step, "cd DIR", "link FROM TO", "fd DIR" (an O_PATH descriptor of it, 100) and "rm PATH" may stand.
In names, %00 stands for a zero.
"""
import errno
import os
import socket
import sys

KINDS = {"stream": socket.SOCK_STREAM, "dgram": socket.SOCK_DGRAM, "seqpacket": socket.SOCK_SEQPACKET}


def address(text):
    name = text.replace("%00", "\0")
    return "\0" + name[1:] if name.startswith("@") else name


def make(kind):
    made = socket.socket(socket.AF_UNIX, KINDS[kind])
    made.settimeout(10)
    return made


def serve(path, kind="stream"):
    with make(kind) as server:
        server.settimeout(None)
        server.bind(address(path))
        if not path.startswith("@"):
            os.chmod(path, 0o777)
        if kind != "dgram":
            server.listen()
        print("ready", flush=True)
        sys.stdin.read()
    return "ended"


def own(path, *connect):
    with make("stream") as server, make("stream") as client:
        server.bind(address(path))
        server.listen()
        client.connect(address(connect[0] if connect else path))
        accepted, _ = server.accept()
        with accepted:
            client.sendall(b"x")
            assert accepted.recv(1) == b"x"


def own_dgram(path):
    with make("dgram") as server, make("dgram") as client, make("dgram") as other:
        server.bind(address(path))
        client.connect(address(path))
        client.send(b"x")
        other.sendto(b"y", address(path))
        assert server.recv(1) == b"x" and server.recv(1) == b"y"


def connect(path):
    with make("stream") as client:
        client.connect(address(path))


def dgram(path):
    with make("dgram") as client:
        client.connect(address(path))
        client.send(b"x")


def sendto(path):
    with make("dgram") as client:
        client.sendto(b"x", address(path))


def seqpacket(path):
    with make("seqpacket") as client:
        client.connect(address(path))


def pair():
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"x")
        assert other.recv(1) == b"x"


def autobind():
    with make("stream") as server, make("stream") as client:
        server.bind("")
        server.listen()
        client.connect(server.getsockname())


def descriptor(directory):
    os.dup2(os.open(directory, os.O_PATH), 100)


def race(own_path, foreign):
    """A listener with a full queue makes connect wait; meanwhile its name is made to lead elsewhere."""
    import threading
    import time
    with make("stream") as server, make("stream") as first, make("stream") as second:
        server.bind(own_path)
        server.listen(0)
        first.connect(own_path)
        second.settimeout(None)
        result = []

        def wait():
            try:
                second.connect(own_path)
                result.append("ok " + str(second.getpeername()))
            except OSError as error:
                result.append(errno.errorcode.get(error.errno, str(error)))
        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        until = time.monotonic() + 20
        while not result and not waits(thread.native_id) and time.monotonic() < until:
            time.sleep(0.01)
        os.unlink(own_path)
        os.symlink(foreign, own_path)
        server.accept()
        thread.join(20)
        return result[0] if result else "stuck"


def waits(thread):
    """Whether a thread sleeps; it has nothing to sleep for but the queue."""
    with open(f"/proc/self/task/{thread}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()[0] == "S"


STEPS = {"serve": serve, "own": own, "own-dgram": own_dgram, "connect": connect, "dgram": dgram, "sendto": sendto, "seqpacket": seqpacket,
         "pair": pair, "autobind": autobind, "cd": os.chdir, "link": os.symlink, "fd": descriptor, "rm": os.unlink, "rename": os.rename, "race": race}


def take(step):
    try:
        return STEPS[step[0]](*step[1:]) or "ok"
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))


steps = [[]]
for argument in sys.argv[1:]:
    if argument == "--":
        steps.append([])
    else:
        steps[-1].append(argument)
for step in steps:
    print(take(step), flush=True)
