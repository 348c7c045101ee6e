"""Some who ask one server without pause, in another process (PORT PATH TIMES WHO).

Prints the seconds that all of it took. Answers are read as bytes, so that what is measured is the
server and not this.
"""

from __future__ import annotations

import socket
import sys
import threading
import time


def ask(port: int, path: str, times: int) -> None:
    """One connection that is kept; each answer is read to its end."""
    question = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Language: fr\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for _ in range(times):
            connection.sendall(question)
            head, _, body = _until(connection, b"\r\n\r\n").partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head[:100]
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            while len(body) < length:
                body += connection.recv(65536)


def _until(connection: socket.socket, end: bytes) -> bytes:
    found = b""
    while end not in found:
        found += connection.recv(65536)
    return found


if __name__ == "__main__":
    port, path, times, who = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    asking = [threading.Thread(target=ask, args=(port, path, times // who)) for _ in range(who)]
    began = time.perf_counter()
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    print(time.perf_counter() - began)
