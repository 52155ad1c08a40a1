"""Ends the processes it was told to keep when whoever told it is gone: its standard input then comes to an end.

Run by itself (`python -I -S keeper.py`), it stands on the standard library alone. A kernel's parent-death signal would
not do: it follows the starting thread instead of the process, and is lost when the child changes its user.
"""

import os
import signal
import sys
import time

PATIENCE = 10.0


def _started(pid: int) -> str | None:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            state, *fields = stat.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state in "ZX" else fields[18]


def _signal(kept: dict[int, str | None], number: signal.Signals) -> None:
    for pid, started in kept.items():
        if started is not None and _started(pid) == started:
            try:
                os.killpg(pid, number)
            except ProcessLookupError:
                continue


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    kept: dict[int, str | None] = {}
    for line in sys.stdin:
        verb, pid = line.split()
        if verb == "keep":
            kept[int(pid)] = _started(int(pid))
        else:
            kept.pop(int(pid), None)
    _signal(kept, signal.SIGCONT)
    _signal(kept, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and any(started and _started(pid) == started for pid, started in kept.items()):
        time.sleep(0.05)
    _signal(kept, signal.SIGKILL)


if __name__ == "__main__":
    main()
