"""Files that a command leaves behind: for their owner alone, because patients are in them."""

from __future__ import annotations

import os
from pathlib import Path

from teleconsult_core.refusals import BadInput


def write_private(path: Path, content: bytes) -> None:
    """Write `content`, readable by its owner only. Raises `BadInput` when that cannot be done."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            path.chmod(0o600)  # it may have been there already
            file.write(content)
    except OSError as error:
        raise BadInput(
            "file", str(path), f"a file that can be written ({error.strerror})"
        ) from error
