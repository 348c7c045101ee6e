"""What the shell is told. Documented in docs/reference/cli.md, and pinned by a test."""

from enum import IntEnum


class Exit(IntEnum):
    """0 and 2 as everywhere; 75 and 78 as in BSD's sysexits(3)."""

    OK = 0
    REFUSED = 1
    """A rule of the clinic or of the product says no; stderr says which, with its figures."""
    USAGE = 2
    """The command or a value in it cannot be understood; nothing was done."""
    BROKEN = 70
    """A bug of ours; one line and a reference, never a traceback."""
    TEMPORARY = 75
    """Try again: a gateway, the card network or the database did not answer."""
    CONFIGURATION = 78
    """The installation must be mended first; the message says how."""
