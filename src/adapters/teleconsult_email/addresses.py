"""What an address looks like on its way. May import the standard library alone.

One address, with nothing around it: no name, no comment, no quotes, no second one. A domain of
other letters than ASCII travels in its ASCII form (RFC 5891); the part before the @ stays as it is
written, and not every server takes it then (RFC 6531).
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 254
"""In octets as it travels (RFC 5321, 4.5.3.1.3, less the angle brackets)."""

_LOCAL_LONGEST = 64
_ATOM = r"(?:[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]|[^\x00-\x7f])+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def on_its_way(written: str) -> str | None:
    """The address as the envelope names it; None when it is not exactly one."""
    local, at, domain = written.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or not local.isprintable():
        return None
    host = ascii_domain(domain)
    if host is None or len(local.encode("utf-8", "replace")) > _LOCAL_LONGEST:
        return None
    address = f"{local}@{host}"
    return address if len(address.encode("utf-8", "replace")) <= LONGEST else None


def ascii_domain(domain: str) -> str | None:
    """`straße.example` as `xn--strae-oqa.example`; None when it is no name of a host."""
    if len(domain) > LONGEST:
        return None
    labels = [_ascii_label(label) for label in domain.split(".")]
    known = [label for label in labels if label is not None]
    return ".".join(known) if len(known) == len(labels) else None


def _ascii_label(label: str) -> str | None:
    """One part of a domain, without the mapping of ß to ss that leads to another host."""
    plain = unicodedata.normalize("NFKC", label.lower())
    if not plain.isascii():
        if plain[2:4] == "--" or not all(
            char == "-" or unicodedata.category(char)[0] in "LMN" for char in plain
        ):
            return None
        plain = "xn--" + plain.encode("punycode").decode("ascii")
    return plain if _LABEL.fullmatch(plain) else None
