"""Secrets in files of their own, for their owner alone. May import settings."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from teleconsult_wiring.settings import NotConfigured


def write_secret(path: Path) -> None:
    """A new random secret. Raises `FileExistsError` rather than replace one."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))


def secret_text(path: Path) -> str:
    """A secret in letters and figures, made when it is missing. Raises `NotConfigured`."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    except OSError as error:
        raise NotConfigured(f"{path} cannot be written: {error.strerror}") from error
    else:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
    found = read_secret(path).decode("utf-8", "replace").strip()
    if len(found) < 32:
        raise NotConfigured(f"{path} holds no secret of at least 32 characters")
    return found


def read_secret(path: Path) -> bytes:
    """Raises `NotConfigured` when it is missing, or when others could read it."""
    try:
        if path.stat().st_mode & 0o077:
            raise NotConfigured(f"{path} can be read by others: run `chmod 600 {path}`")
        return path.read_bytes()
    except OSError as error:
        raise NotConfigured(f"{path} cannot be read: {error.strerror}") from error
