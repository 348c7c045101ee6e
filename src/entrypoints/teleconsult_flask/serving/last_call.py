"""Let nobody new in, while whoever is on the way still arrives. May import nothing of ours.

Closing a socket that listens resets connections that are made and not yet taken. On Linux a filter
on it can drop the first packet of new ones (SYN) alone: handshakes that have begun are completed,
and when the socket is closed a second later nobody is in between. Who was kept out asks again by
himself, as TCP does, and is then refused. Elsewhere nothing is done, and the gap is some
microseconds.
"""

from __future__ import annotations

import ctypes
import socket
import struct
import sys

SO_ATTACH_FILTER = 26
"""<asm-generic/socket.h>"""
FLAGS, SYN = 13, 0x02
"""In the TCP header (RFC 9293, 3.1): the byte of the flags, and the flag of a new connection."""

PROGRAM = (
    (0x30, 0, 0, FLAGS),  # load the byte of the flags
    (0x45, 0, 1, SYN),  # a new connection?
    (0x06, 0, 0, 0),  # drop it
    (0x06, 0, 0, 0xFFFFFFFF),  # let it pass
)
"""Classic BPF: code, jump if true, jump if false, value."""


def last_call(listener: socket.socket) -> bool:
    """Whether nobody new comes in from now on; False where it cannot be done."""
    if not sys.platform.startswith("linux") or listener.family not in FAMILIES:
        return False
    steps = b"".join(struct.pack("HBBI", *step) for step in PROGRAM)
    kept = ctypes.create_string_buffer(steps)  # must live until the kernel has copied it
    program = struct.pack("HL", len(PROGRAM), ctypes.addressof(kept))
    try:
        listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)
    except OSError:
        return False
    return True


FAMILIES = frozenset({socket.AF_INET, socket.AF_INET6})
