"""A directory that is made anew for trying things out, and is nobody's installation."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from teleconsult_core.refusals import BadInput


def make_room(directory: Path, mark: str) -> None:
    """Begin anew where an earlier try was, known by its empty file `mark`; replace nothing else.

    The directory is not there afterwards; whoever fills it puts the mark into it. Raises
    `BadInput` naming the directory when it is somebody's.
    """
    try:
        if os.path.lexists(directory):
            ours = (directory / mark).exists() or (
                directory.is_dir() and not any(directory.iterdir())
            )
            if directory.is_symlink() or not ours:
                raise BadInput("directory", str(directory), f"new, or one that holds {mark}")
            shutil.rmtree(directory)
    except OSError as error:
        bound = f"one that may be replaced ({error.strerror})"
        raise BadInput("directory", str(directory), bound) from error
