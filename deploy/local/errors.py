"""What can stand in the way of a local stack, each said in one sentence with what to do about it."""

import errno
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

GIB = 1024**3
FREE_SPACE = 1 * GIB
"""Bytes that a stack needs to begin: the servers' empty data, the records of one demo, the logs."""


class CannotStart(Exception):
    """What stands in the way and what to do, in words for whoever typed the command."""


@contextmanager
def exit_with_one_line() -> Iterator[None]:
    """For commands: what stands in the way is printed without a trace, and the exit status is 1."""
    try:
        yield
    except CannotStart as trouble:
        sys.exit(str(trouble))
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        sys.exit(f"The disk is full ({error.filename or 'no file named'}): make room and start again.")


def require_space(folder: Path, needed: int = FREE_SPACE) -> None:
    """`needed` bytes are free where the folder lies."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise CannotStart(
            f"The disk of {folder} has {free / GIB:.1f} GiB free and the stack needs {needed / GIB:.1f}: "
            "make room (old demos lie in var/)."
        )


def diagnose(name: str, log: Path, last_lines: str) -> CannotStart:
    """The reason why a process died, read from the end of its log."""
    if re.search(r"No space left on device", last_lines):
        return CannotStart(f"The disk is full, so {name} ended: make room and start again ({log}).")
    if re.search(r"Address (already )?in use|could not bind", last_lines, re.IGNORECASE):
        return CannotStart(f"A port of {name} is taken by another process: end that one or choose other ports ({log}).")
    if re.search(r"insufficient memory|Cannot allocate memory", last_lines):
        return CannotStart(f"There is too little memory for {name}: end other programs and start again ({log}).")
    return CannotStart(f"{name} ended; its log {log} closes with:\n{last_lines}")
