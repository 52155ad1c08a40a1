"""Folders: the clone's own, and those that a stack keeps its things in."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.errors import CannotStart

CLONE = Path(__file__).resolve().parents[2]


def make_folder(folder: Path) -> None:
    """A stack's folder: for its owner only, but as root PostgreSQL's user may pass through it to its data."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    for inner in ("log", "drop", "sandbox"):
        (folder / inner).mkdir(exist_ok=True, mode=0o700)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Nobody else starts or stops a stack in this folder meanwhile."""
    with open(folder / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise CannotStart(
                f"Another command starts, stops or runs the stack in {folder}: let it end first."
            ) from held
        yield
