"""What can stand in the way of a local stack, each said in one sentence with what to do about it."""

import re
import shutil
from pathlib import Path

SMALLEST_FREE_SPACE = 2 * 1024**3
"""Bytes that a stack needs to begin: the servers' empty data, one demo's records and its logs."""


class CannotStart(Exception):
    """What stands in the way and what to do, in words for whoever typed the command."""


def require_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < SMALLEST_FREE_SPACE:
        raise CannotStart(
            f"The disk of {folder} has {free / 1024**3:.1f} GiB free and the stack needs "
            f"{SMALLEST_FREE_SPACE // 1024**3}: remove what is not needed (old demos lie in var/)."
        )


def death_of(name: str, log: Path, last_lines: str) -> CannotStart:
    """The reason why a process died, read from the end of its log."""
    if re.search(r"No space left on device", last_lines):
        return CannotStart(f"The disk is full, so {name} ended: make room and start again ({log}).")
    if re.search(r"Address (already )?in use|could not bind", last_lines, re.IGNORECASE):
        return CannotStart(f"A port of {name} is taken by another process: end that one or choose other ports ({log}).")
    if re.search(r"insufficient memory|Cannot allocate memory", last_lines):
        return CannotStart(f"There is too little memory for {name}: end other programs and start again ({log}).")
    return CannotStart(f"{name} ended; its log {log} closes with:\n{last_lines}")
