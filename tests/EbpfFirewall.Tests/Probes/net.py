"""Does on the network what each argument says, and prints what came of it, a line each: ok, or the name of the errno.

  tcp FAMILY HOST PORT       connect
  udp FAMILY HOST PORT       connect and send
  ask FAMILY HOST PORT       the same, and wait for an answer or an error
  sendto FAMILY HOST PORT    send without connecting
  own-tcp FAMILY BIND HOST   listen at BIND, connect to HOST, pass a byte
  own-udp FAMILY BIND HOST   the same over UDP
  socket FAMILY TYPE PROTO   only socket(2), by numbers

FAMILY is 4 or 6. Without arguments it prints its process id and takes steps from standard input, until that ends.
"""
import errno
import os
import socket
import sys

FAMILIES = {"4": socket.AF_INET, "6": socket.AF_INET6}
TIMEOUT_SECONDS = 20


def make(family, kind):
    made = socket.socket(FAMILIES[family], kind)
    made.settimeout(TIMEOUT_SECONDS)
    return made


def tcp(family, host, port):
    with make(family, socket.SOCK_STREAM) as client:
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


STEPS = {"tcp": tcp, "udp": udp, "ask": ask, "sendto": sendto, "own-tcp": own_tcp, "own-udp": own_udp, "socket": raw_socket}


def take(step):
    name, *arguments = step.split()
    try:
        STEPS[name](*arguments)
        return "ok"
    except TimeoutError:
        return "timeout"
    except OSError as error:
        return errno.errorcode[error.errno]


if len(sys.argv) == 1:
    print(os.getpid(), flush=True)
for line in sys.argv[1:] or sys.stdin:
    print(take(line), flush=True)
