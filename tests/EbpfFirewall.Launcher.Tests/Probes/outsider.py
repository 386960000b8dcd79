# A process outside, of the same user and without any capability: what a program could act through. It prints the
# address of a word that others may try to change, then waits, and says at the end what happened to it.
# Usage: python3 -c <this> ABSTRACT_NAME
import ctypes, os, select, signal, socket, sys

name = "\0" + sys.argv[1]
stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
stream.bind(name)
stream.listen()
datagram = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
datagram.bind(name + ".datagram")
word = ctypes.create_string_buffer(b"untouched")
signals = []
signal.signal(signal.SIGUSR1, lambda *_: signals.append("signal"))
print(os.getpid(), ctypes.addressof(word), stream.fileno(), flush=True)
sys.stdin.read()
met = [what for what, peer in (("stream", stream), ("datagram", datagram)) if select.select([peer], [], [], 0)[0]]
print(word.value.decode(), *signals, *met, flush=True)
